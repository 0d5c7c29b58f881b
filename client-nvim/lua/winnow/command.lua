--- `:Winnow WHAT`: one entry of the table a subcommand.
local server = require('winnow.server')

local M = {}

---@class winnow.Subcommand
---@field does string
---@field run fun(argument?: string)
---@field choices? string[]

--- Show what a command of the server answers.
---@param command string
---@param title string
local function shows(command, title)
  return function()
    server.execute(command, {}, function(answer)
      local text = type(answer) == 'table' and answer.text or answer
      require('winnow.view').open(title, tostring(text or 'Nothing to say.'))
    end)
  end
end

--- Run a command of the server and say what it answers, else `done`.
---@param command string
---@param done string
local function runs(command, done)
  return function()
    server.execute(command, {}, function(answer)
      server.say(type(answer) == 'table' and answer.text or done)
    end)
  end
end

---@param level? string
local function eagerness(level)
  local function set(chosen)
    if chosen then
      server.execute('winnow.setEagerness', { chosen }, function()
        server.say('eagerness: ' .. chosen)
      end)
    end
  end
  if level then
    set(level)
  else
    vim.ui.select(M.subcommands.eagerness.choices, { prompt = 'How readily may suggestions appear?' }, set)
  end
end

local function report()
  server.execute('winnow.report', {}, function(answer)
    local _, failure = vim.ui.open(answer.path)
    server.say(failure and ('the report is ' .. answer.path) or ('the report opens: ' .. answer.path))
  end)
end

--- Run what a code action or a lens names, and say what came of it.
---@param command lsp.Command
function M.told(command)
  server.execute(command.command, command.arguments, function(answer)
    server.say(answer.text)
  end)
end

--- Show what failed, and where; or only a nudge towards its fix. Files are named from the current folder on.
---@param test string
---@param command? string
function M.explain(test, command)
  server.execute(command or 'winnow.explain', { test }, function(answer)
    local text = answer.text:gsub(vim.pesc(vim.fn.getcwd() .. '/'), '')
    require('winnow.view').open(test:match('[^/]*$'), text, 'text')
  end)
end

--- Say something of the failure at the cursor, else of one that is chosen.
---@param command string
local function tells(command)
  return function()
    require('winnow.failing').here(function(test)
      M.explain(test, command)
    end)
  end
end

---@type table<string, winnow.Subcommand>
M.subcommands = {
  why = { does = 'why the last suggestions were shown or not', run = shows('winnow.why', 'Winnow: why') },
  doctor = { does = 'what is found, what is missing', run = shows('winnow.doctor', 'Winnow: doctor') },
  usage = { does = 'what was asked of each model, and what it cost', run = shows('winnow.usage', 'Winnow: usage') },
  report = { does = 'the report as a page in the browser', run = report },
  pause = { does = 'stay silent', run = runs('winnow.pause', 'paused') },
  resume = { does = 'end the pause; it says what stays paused', run = runs('winnow.resume', 'awake') },
  eagerness = {
    does = 'how readily suggestions appear',
    run = eagerness,
    choices = { 'quiet', 'balanced', 'eager' },
  },
  test = { does = 'run the tests that the open files reach', run = runs('winnow.runAffected', 'the tests ran') },
  testall = { does = 'run all tests', run = runs('winnow.runAll', 'the tests ran') },
  stop = { does = 'stop the run and the search for a fix', run = runs('winnow.stop', 'stopped') },
  fix = {
    does = 'a proven fix, shown before it is made',
    run = function()
      require('winnow.fix').fix()
    end,
  },
  explain = { does = 'what failed, and where', run = tells('winnow.explain') },
  hint = { does = 'a nudge towards a fix, without the answer', run = tells('winnow.hint') },
  trust = {
    does = 'let the tests of this project run',
    run = function()
      require('winnow.trust').trust()
    end,
  },
  restart = {
    does = 'end the server and start it anew',
    run = function()
      require('winnow.restart').restart()
    end,
  },
  log = {
    does = 'what the server wrote',
    run = function()
      vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
    end,
  },
}

---@return string[]
local function names()
  local found = vim.tbl_keys(M.subcommands)
  table.sort(found)
  return found
end

---@param words string[]
function M.run(words)
  local chosen = M.subcommands[words[1] or 'why']
  if chosen then
    chosen.run(words[2])
  else
    server.warn(('there is no "%s"; <Tab> behind :Winnow lists what there is'):format(words[1]))
  end
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local given = line:match('^%s*%S+%s+(%S+)%s')
  local offered = names()
  if given then
    offered = M.subcommands[given] and M.subcommands[given].choices or {}
  end
  return vim.tbl_filter(function(each)
    return vim.startswith(each, lead)
  end, offered)
end

return M
