--- What a buffer gets when the server comes to it.
local M = {}

--- Ask for the code lenses, now and whenever they may have changed.
---@param client vim.lsp.Client
---@param buffer integer
local function lenses(client, buffer)
  if vim.fn.has('nvim-0.12') == 1 then
    vim.lsp.codelens.enable(true, { client_id = client.id })
    return
  end
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
    group = vim.api.nvim_create_augroup('winnow.lenses.' .. buffer, { clear = true }),
    buffer = buffer,
    callback = function()
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end,
  })
end

---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  vim.api.nvim_set_hl(0, 'WinnowGhost', { link = 'NonText', default = true })
  local builtin = vim.lsp.inline_completion ~= nil
  if builtin then
    vim.lsp.inline_completion.enable(true, { client_id = client.id })
  end
  require('winnow.ghost').attach(buffer, not builtin)
  require('winnow.keys').attach(buffer)
  require('winnow.restart').remember(client)
  if require('winnow.options').get().codelens then
    lenses(client, buffer)
  end
end

return M
