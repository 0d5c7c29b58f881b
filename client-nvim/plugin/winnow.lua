-- The command exists from the start; everything behind it is loaded when it is first used.
if vim.g.loaded_winnow then
  return
end
vim.g.loaded_winnow = true

-- Neovim itself says nothing of a server that it cannot start.
vim.api.nvim_create_autocmd('FileType', {
  desc = 'Say that the server of Winnow is missing',
  callback = function()
    if vim.lsp.is_enabled('winnow') and vim.list_contains(vim.lsp.config.winnow.filetypes or {}, vim.bo.filetype) then
      require('winnow.server').look()
      return true
    end
  end,
})

vim.api.nvim_create_user_command('Winnow', function(call)
  require('winnow.command').run(call.fargs)
end, {
  nargs = '*',
  desc = 'Winnow: why, report, usage, pause, resume, eagerness, doctor, log, trust, ...',
  complete = function(lead, line)
    return require('winnow.command').complete(lead, line)
  end,
})
