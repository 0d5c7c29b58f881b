-- The command exists from the start; everything behind it is loaded when it is first used.
if vim.g.loaded_winnow then
  return
end
vim.g.loaded_winnow = true

vim.api.nvim_create_user_command('Winnow', function(call)
  require('winnow.command').run(call.fargs)
end, {
  nargs = '*',
  desc = 'Winnow: why, report, pause, resume, eagerness, doctor, log, trust, ...',
  complete = function(lead, line)
    return require('winnow.command').complete(lead, line)
  end,
})
