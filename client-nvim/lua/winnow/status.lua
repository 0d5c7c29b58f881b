--- What the server says of itself: who is asked, how the tests stand, why there is silence.
local server = require('winnow.server')

local M = {}

---@class winnow.State
---@field provider string
---@field model string
---@field text string
---@field quiet string
---@field paused boolean
---@field pausedLanguages? string[]
---@field pausedFolders? string[]
---@field trusted boolean

---@class winnow.Test
---@field id string
---@field path string
---@field line integer
---@field outcome string
---@field message string
---@field seconds number

---@type table<integer, winnow.State>
local states = {}
---@type table<integer, table<string, winnow.Test>>
local tests = {}

---@param event string
local function changed(event)
  vim.api.nvim_exec_autocmds('User', { pattern = event, modeline = false })
  vim.cmd.redrawstatus()
end

---@param state winnow.State
---@param client_id integer
function M.receive(state, client_id)
  states[client_id] = state
  changed('WinnowStatus')
end

--- What is new of the tests, and the names of those that are gone.
---@param sent { tests: winnow.Test[], gone: string[] }
---@param client_id integer
function M.tests(sent, client_id)
  local known = tests[client_id] or {}
  for _, row in ipairs(sent.tests) do
    known[row.id] = row
  end
  for _, id in ipairs(sent.gone) do
    known[id] = nil
  end
  tests[client_id] = known
  changed('WinnowTests')
  require('winnow.attach').draw_lenses(client_id)
end

--- What is known for a buffer; nil until the server has spoken. The tests are keyed by their names.
---@param buffer? integer
---@return winnow.State?, table<string, winnow.Test>
function M.of(buffer)
  local client = server.client(buffer or 0)
  return client and states[client.id], client and tests[client.id] or {}
end

--- The tests that fail, as the server of a buffer knows them.
---@param buffer? integer
---@return winnow.Test[]
function M.failing(buffer)
  local _, known = M.of(buffer)
  return vim.tbl_filter(function(row)
    return row.outcome ~= 'passed' and row.outcome ~= 'skipped'
  end, known)
end

--- Whether nothing is suggested by itself in the current buffer.
---@param state winnow.State
---@return boolean
local function paused(state)
  local path = vim.api.nvim_buf_get_name(0)
  local inside = vim.iter(state.pausedFolders or {}):any(function(folder)
    return vim.fs.relpath(folder, path) ~= nil
  end)
  return state.paused or inside or vim.list_contains(state.pausedLanguages or {}, vim.bo.filetype)
end

--- How the tests stand, and why there is no ghost text.
---@param state winnow.State
---@return string
local function stands(state)
  local told = { state.trusted and state.text or 'untrusted: no tests', state.quiet }
  return table.concat(
    vim.tbl_filter(function(each)
      return each ~= ''
    end, told),
    ' · '
  )
end

---@return string
function M.line()
  local state = M.of(0)
  if not state then
    return ''
  end
  local says = require('winnow.progress').of(server.client(0).id)
  if says == '' then
    says = paused(state) and 'paused' or stands(state)
  end
  local has_model = state.provider ~= 'embedded' and state.model ~= ''
  local who = has_model and state.model or state.provider
  local line = vim.trim(('winnow %s %s'):format(who, says))
  return (line:gsub('%%', '%%%%'))
end

return M
