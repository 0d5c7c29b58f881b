--- Bring the server back when it ends without having been asked to, each time after a longer pause.
local server = require('winnow.server')

local M = {}

local FIRST_PAUSE = 500 -- milliseconds; doubles with every death in a row
local LONGEST_PAUSE = 30000
local CALM = 120 -- seconds of life after which the pauses begin anew
local PATIENCE = 8 -- deaths in a row before it is left to the person

---@class winnow.Life
---@field config vim.lsp.ClientConfig
---@field buffers table<integer, true>
---@field since integer

---@type table<integer, winnow.Life>
local lives = {}
---@type table<string, integer> Deaths in a row, by root.
local deaths = {}

--- Remember what it takes to start this client again.
---@param client vim.lsp.Client
function M.remember(client)
  lives[client.id] = {
    config = client.config,
    buffers = client.attached_buffers,
    since = lives[client.id] and lives[client.id].since or os.time(),
  }
end

---@param life winnow.Life
---@param buffers integer[]
local function start(life, buffers)
  for _, buffer in ipairs(buffers) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      vim.lsp.start(life.config, { bufnr = buffer })
    end
  end
end

---@param code integer
---@param signal integer
---@param client_id integer
function M.exited(code, signal, client_id)
  local life = lives[client_id]
  lives[client_id] = nil
  local asked_to = code == 0 and signal == 0
  if not life or asked_to or vim.v.exiting ~= vim.NIL then
    return
  end
  local root = life.config.root_dir or ''
  local dead = os.time() - life.since > CALM and 1 or (deaths[root] or 0) + 1
  deaths[root] = dead
  local buffers = vim.tbl_keys(life.buffers)
  vim.schedule(function()
    if dead > PATIENCE then
      server.warn(('it ended %d times in a row; :Winnow log may say why, :Winnow restart tries again'):format(dead))
      return
    end
    local pause = math.min(FIRST_PAUSE * 2 ^ (dead - 1), LONGEST_PAUSE)
    vim.defer_fn(function()
      server.say('the server had ended and is started again')
      start(life, buffers)
    end, pause)
  end)
end

--- End the server and start it at once.
function M.restart()
  deaths = {}
  local clients = vim.lsp.get_clients({ name = server.name })
  for _, client in ipairs(clients) do
    local life, buffers = lives[client.id], vim.tbl_keys(client.attached_buffers)
    client:stop()
    vim.defer_fn(function()
      start(life, buffers)
    end, FIRST_PAUSE)
  end
  if #clients == 0 then
    vim.lsp.enable(server.name)
  end
end

return M
