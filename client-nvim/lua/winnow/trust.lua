--- Which projects may have their tests run. The answer is kept by root folder, one a line.
local server = require('winnow.server')

local M = {}

---@return string
local function file()
  return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'winnow', 'trusted')
end

---@return string[]
local function roots()
  local path = file()
  return vim.fn.filereadable(path) == 1 and vim.fn.readfile(path) or {}
end

--- The last part of a path: a message that is longer than the screen is wide waits for a key.
---@param root string
---@return string
local function named(root)
  return vim.fs.basename(root)
end

---@param root string?
---@return boolean
function M.trusted(root)
  return root ~= nil and vim.list_contains(roots(), root)
end

--- Give the server its settings with the first message, and whether this project is trusted.
---@param params lsp.InitializeParams
---@param config vim.lsp.ClientConfig
function M.before_init(params, config)
  local settings = vim.tbl_deep_extend('keep', config.settings or {}, { winnow = {} })
  local root = config.root_dir
  if settings.winnow.trusted == nil and M.trusted(root) then
    settings.winnow.trusted = true
  end
  config.settings = settings
  params.initializationOptions = { settings = settings.winnow, showsAnswers = true }
  if not settings.winnow.trusted and require('winnow.options').get().notify then
    server.say(('no test of %s runs until you say :Winnow trust'):format(root and named(root) or 'this project'))
  end
end

--- Trust the project of the current buffer from now on.
function M.trust()
  local client = server.client()
  local root = client and client.config.root_dir
  if not client or not root then
    server.warn('open a file of the project that you trust')
    return
  end
  if not M.trusted(root) then
    vim.fn.mkdir(vim.fs.dirname(file()), 'p')
    vim.fn.writefile({ root }, file(), 'a')
  end
  client.settings = vim.tbl_deep_extend('force', client.settings or {}, { winnow = { trusted = true } })
  server.execute('winnow.trust', {}, function()
    server.say('the tests of ' .. named(root) .. ' may run')
    server.execute('winnow.runAll', {}, nil, client)
  end, client)
end

return M
