--- What a configuration may call. `:h winnow` says it in prose.
local M = {}

--- Set options before the server starts. Plugin loaders call this with their `opts`;
--- setting `vim.g.winnow` does the same.
---@param given? winnow.Options
function M.setup(given)
  vim.g.winnow = vim.tbl_deep_extend('force', vim.g.winnow or {}, given or {})
end

--- Insert the ghost text, or a part of it. False: there was none, and nothing was done.
---@param part? winnow.Part
---@return boolean
function M.accept(part)
  return require('winnow.accept').accept(part or 'all')
end

--- Take the ghost text away and say so to the server, which will not bring it back.
---@return boolean
function M.dismiss()
  return require('winnow.accept').dismiss()
end

--- Ask for a suggestion here and now: it is answered whatever the gate thinks.
function M.ask()
  require('winnow.ghost').ask()
end

--- A piece for a statusline: "winnow qwen2.5-coder ✓ 4 tests · 61 ms". Empty where no server is attached.
---@return string
function M.statusline()
  return require('winnow.status').line()
end

return M
