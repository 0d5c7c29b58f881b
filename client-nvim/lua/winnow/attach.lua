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

--- Fetch the lenses of what is on the screen anew: Neovim 0.11 does not hear when the server asks for that.
---@param client_id integer
function M.draw_lenses(client_id)
  if vim.fn.has('nvim-0.12') == 1 or not require('winnow.options').get().codelens then
    return
  end
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if vim.lsp.buf_is_attached(buffer, client_id) then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end
  end
end

---@type table<integer, true>
local met = {}

--- Put between Neovim and a client what has to hear its requests, once for all of its buffers.
---@param client vim.lsp.Client
local function meet(client)
  if not met[client.id] then
    met[client.id] = true
    if vim.lsp.inline_completion then
      require('winnow.ghost').yield(client)
    end
    require('winnow.overhear').attach(client)
  end
end

---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  vim.api.nvim_set_hl(0, 'WinnowGhost', { link = 'NonText', default = true })
  meet(client)
  local builtin = vim.lsp.inline_completion ~= nil
  if builtin then
    vim.lsp.inline_completion.enable(true, { client_id = client.id })
  end
  require('winnow.ghost').attach(buffer, not builtin)
  require('winnow.keys').attach(buffer)
  require('winnow.restart').remember(client)
  require('winnow.progress').follow()
  if require('winnow.options').get().codelens then
    lenses(client, buffer)
  end
end

return M
