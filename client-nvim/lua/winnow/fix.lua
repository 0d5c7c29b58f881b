--- `:Winnow fix`: each proven fix is shown as what it changes, before it is made.
local server = require('winnow.server')
local view = require('winnow.view')

local M = {}

local QUESTION = 'winnow.ask'
local NOWHERE = 2 ^ 31 - 1 -- a line that no file has: the tests are named, not a place
local CONTEXT = 3 -- lines around a change

---@param action lsp.CodeAction
---@return boolean
local function mends(action)
  return action.edit ~= nil or vim.tbl_get(action, 'data', 'fix') ~= nil
end

---@param action lsp.CodeAction
---@return boolean
local function asks(action)
  return vim.tbl_get(action, 'command', 'command') == QUESTION
end

--- What mends these tests, or what stands on a line: fixes, and questions that decide between some.
---@param client vim.lsp.Client
---@param line integer
---@param tests string[]
---@param found fun(actions: lsp.CodeAction[])
local function known(client, line, tests, found)
  local place = { line = line, character = 0 }
  local range = { start = place, ['end'] = place }
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    range = range,
    context = {
      only = { 'quickfix' },
      diagnostics = vim.tbl_map(function(test)
        return { range = range, message = '', source = server.name, data = { test = test } }
      end, tests),
    },
  }
  client:request('textDocument/codeAction', params, function(failure, answer)
    if failure then
      server.warn(failure.message)
      return
    end
    found(vim.tbl_filter(function(action)
      return mends(action) or asks(action)
    end, answer or {}))
  end)
end

--- An action with its edit, on the code as it is now. Where it fits no longer, the server says so by itself.
---@param client vim.lsp.Client
---@param action lsp.CodeAction
---@param ready fun(resolved: lsp.CodeAction)
local function resolve(client, action, ready)
  client:request('codeAction/resolve', action, function(failure, resolved)
    if failure then
      server.warn(failure.message)
    elseif resolved.edit then
      ready(resolved)
    end
  end)
end

--- The edits of a change by the URI of their file.
---@param edit lsp.WorkspaceEdit
---@return table<string, lsp.TextEdit[]>
local function by_file(edit)
  local files = vim.tbl_extend('force', {}, edit.changes or {})
  for _, change in ipairs(edit.documentChanges or {}) do
    files[change.textDocument.uri] = change.edits
  end
  return files
end

--- What edits make of a file, line by line as a diff; the file itself is left alone.
---@param uri string
---@param edits lsp.TextEdit[]
---@param encoding string
---@return string
local function diff(uri, edits, encoding)
  local buffer, path = vim.uri_to_bufnr(uri), vim.uri_to_fname(uri)
  local loaded = vim.api.nvim_buf_is_loaded(buffer)
  local before = loaded and vim.api.nvim_buf_get_lines(buffer, 0, -1, false) or vim.fn.readfile(path)
  local scratch = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(scratch, 0, -1, false, before)
  vim.lsp.util.apply_text_edits(edits, scratch, encoding)
  local after = vim.api.nvim_buf_get_lines(scratch, 0, -1, false)
  vim.api.nvim_buf_delete(scratch, { force = true })
  local compare = vim.text.diff or vim.diff
  local lines = { before, after }
  local texts = vim.tbl_map(function(each)
    return table.concat(each, '\n') .. '\n'
  end, lines)
  local told = compare(texts[1], texts[2], { ctxlen = CONTEXT }) --[[@as string]]
  return ('--- %s\n%s'):format(vim.fn.fnamemodify(path, ':~:.'), vim.trim(told))
end

---@param client vim.lsp.Client
---@param action lsp.CodeAction
local function make(client, action)
  resolve(client, action, function(resolved)
    vim.lsp.util.apply_workspace_edit(resolved.edit, client.offset_encoding)
    if resolved.command then
      client:exec_cmd(resolved.command, { bufnr = vim.api.nvim_get_current_buf() })
    end
  end)
end

--- Show one of several fixes; its keys make it, go to the next, or leave everything as it is.
---@param client vim.lsp.Client
---@param fixes lsp.CodeAction[]
---@param number integer
local function show(client, fixes, number)
  local action = fixes[number]
  resolve(client, action, function(resolved)
    local files = {}
    for uri, edits in vim.spairs(by_file(resolved.edit)) do
      table.insert(files, diff(uri, edits, client.offset_encoding))
    end
    local keys = {
      {
        key = '<CR>',
        does = 'apply',
        run = function()
          make(client, action)
        end,
      },
    }
    if #fixes > 1 then
      table.insert(keys, {
        key = 'n',
        does = ('next (%d of %d)'):format(number, #fixes),
        run = function()
          show(client, fixes, number % #fixes + 1)
        end,
      })
    end
    view.open(action.title, table.concat(files, '\n\n'), 'diff', keys)
  end)
end

---@param client vim.lsp.Client
---@param offered lsp.CodeAction[]
local function offer(client, offered)
  local fixes = vim.tbl_filter(mends, offered)
  if #fixes > 0 then
    show(client, fixes, 1)
  else
    require('winnow.command').told(offered[1].command)
  end
end

--- Offer what mends a test; look for it where nothing is known yet.
---@param client vim.lsp.Client
---@param test string
local function mend(client, test)
  known(client, NOWHERE, { test }, function(offered)
    if #offered > 0 then
      offer(client, offered)
      return
    end
    server.execute('winnow.repair', { test }, function(answer)
      known(client, NOWHERE, { test }, function(found)
        if #found > 0 then
          offer(client, found)
        else
          server.say(answer.text)
        end
      end)
    end, client)
  end)
end

--- Mend what is wrong at the cursor; else the failing test, which is chosen where there are several.
function M.fix()
  local client = server.client()
  if not client then
    server.missing()
    return
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local tests = server.failing_at(row)
  known(client, row, tests, function(offered)
    if #offered > 0 then
      offer(client, offered)
    elseif #tests > 0 then
      mend(client, tests[1])
    else
      require('winnow.failing').choose(function(test)
        mend(client, test)
      end)
    end
  end)
end

return M
