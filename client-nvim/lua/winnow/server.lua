--- The running server, and how to ask it something.
local M = {}

M.name = 'winnow'

--- Whether a command that somebody asked for still runs.
---@param client vim.lsp.Client
---@return boolean
function M.awaited(client)
  return vim.iter(vim.tbl_values(client.requests)):any(function(request)
    return request.type == 'pending' and request.method == 'workspace/executeCommand'
  end)
end

--- The server of a buffer, else any that runs.
---@param buffer? integer
---@return vim.lsp.Client?
function M.client(buffer)
  return vim.lsp.get_clients({ name = M.name, bufnr = buffer or 0 })[1]
    or (buffer == nil and vim.lsp.get_clients({ name = M.name })[1])
    or nil
end

--- Run a command of the server; `answered` gets what it returns. What goes wrong is told to the person.
---@param command string
---@param arguments? any[]
---@param answered? fun(result: any)
---@param client? vim.lsp.Client
function M.execute(command, arguments, answered, client)
  client = client or M.client()
  if not client then
    M.missing()
    return
  end
  local call = { command = command, arguments = arguments or {} }
  client:request('workspace/executeCommand', call, function(failure, result)
    if failure then
      M.warn(failure.message)
    elseif answered then
      answered(result)
    end
  end)
end

--- Say where the command that starts the server is missing.
function M.look()
  local command = vim.lsp.config[M.name].cmd
  if type(command) == 'table' and vim.fn.executable(command[1]) == 0 then
    M.warn(('%s is not on the path; see :checkhealth winnow'):format(command[1]))
  end
end

function M.missing()
  M.warn('the server does not run here: open a Python file, or see :checkhealth winnow')
end

--- The failing tests that point to a line of the current buffer, counted from 0.
---@param row integer
---@return string[]
function M.failing_at(row)
  local tests = {}
  for _, each in ipairs(vim.diagnostic.get(0, { lnum = row })) do
    local data = vim.tbl_get(each, 'user_data', 'lsp', 'data')
    if each.source == M.name and data and data.test then
      table.insert(tests, data.test)
    end
  end
  return tests
end

--- Say it where the person's messages go; what is too long for the last line would wait there for a key.
---@param text string
---@param level integer
local function tell(text, level)
  local message = 'Winnow: ' .. text
  if text:find('\n') or vim.fn.strdisplaywidth(message) > vim.v.echospace then
    require('winnow.view').note(text)
  else
    vim.notify(message, level)
  end
end

---@param text string
function M.warn(text)
  tell(text, vim.log.levels.WARN)
end

---@param text string
function M.say(text)
  tell(text, vim.log.levels.INFO)
end

return M
