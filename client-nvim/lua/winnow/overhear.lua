--- Neovim tells a server of that server's diagnostics alone. Ours answers those of others, too, so it is told of all.
local M = {}

---@param params lsp.CodeActionParams
---@return lsp.CodeActionParams
local function with_others(params)
  local buffer = vim.uri_to_bufnr(params.textDocument.uri)
  local told = vim.list_extend({}, params.context.diagnostics or {})
  for _, each in ipairs(vim.diagnostic.get(buffer)) do
    local touched = each.lnum <= params.range['end'].line and (each.end_lnum or each.lnum) >= params.range.start.line
    if touched and each.source ~= 'winnow' then
      vim.list_extend(told, vim.lsp.diagnostic.from({ each }))
    end
  end
  local context = vim.tbl_extend('force', params.context, { diagnostics = told })
  return vim.tbl_extend('force', params, { context = context })
end

--- Let the server hear of every diagnostic where code actions are asked for. Once for a client.
---@param client vim.lsp.Client
function M.attach(client)
  local request = client.request
  client.request = function(self, method, params, ...)
    local asks = method == 'textDocument/codeAction' and params
    return request(self, method, asks and with_others(params) or params, ...)
  end
end

return M
