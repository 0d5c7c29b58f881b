--- What takes a while is seen while it does: in the statusline component, and below the text where somebody waits.
local server = require('winnow.server')

local M = {}

local SOON = 1000 -- milliseconds: what is over by then is not told of below the text
local FRAME = 16 -- columns of the last line for what stands around title and message: the name and the share

---@class winnow.Work
---@field title string
---@field client_id integer
---@field message string
---@field percentage? integer
---@field visible boolean

---@type table<lsp.ProgressToken, winnow.Work>
local works = {}

---@param work winnow.Work
---@return string
local function says(work)
  local share = work.percentage and work.percentage > 0 and (' %d %%'):format(work.percentage) or ''
  return work.title .. share
end

--- Write below the text, which is left to the person while they type there or elsewhere.
---@param token lsp.ProgressToken
---@param work winnow.Work
---@param over boolean
local function draw(token, work, over)
  if vim.api.nvim_get_mode().mode ~= 'n' and not over then
    return
  end
  local room = math.max(vim.v.echospace - FRAME - #work.title, 0)
  local message = vim.fn.strcharpart(work.message, 0, room)
  if vim.fn.has('nvim-0.12') == 1 then
    vim.api.nvim_echo({ { message } }, false, {
      id = 'winnow.' .. token,
      kind = 'progress',
      source = 'winnow',
      title = 'Winnow: ' .. work.title,
      status = over and 'success' or 'running',
      percent = over and 100 or work.percentage,
    })
  elseif not over then
    vim.api.nvim_echo({ { ('Winnow: %s: %s'):format(says(work), message) } }, false, {})
  end
  if over then
    vim.api.nvim_echo({ { '' } }, false, {})
  end
end

---@param token lsp.ProgressToken
---@param client vim.lsp.Client
---@param value lsp.WorkDoneProgressBegin
local function begin(token, client, value)
  local work = { title = value.title, client_id = client.id, message = value.message or '', visible = false }
  works[token] = work
  if not require('winnow.options').get().progress then
    return
  end
  vim.defer_fn(function()
    if works[token] == work and server.awaited(client) then
      work.visible = true
      draw(token, work, false)
    end
  end, SOON)
end

---@param client vim.lsp.Client
---@param params lsp.ProgressParams
local function receive(client, params)
  local value, token = params.value, params.token
  if value.kind == 'begin' then
    begin(token, client, value)
  end
  local work = works[token]
  if not work then
    return
  end
  work.message = value.message or work.message
  work.percentage = value.percentage or work.percentage
  if value.kind == 'end' then
    works[token] = nil
  end
  if work.visible then
    draw(token, work, value.kind == 'end')
  end
  vim.cmd.redrawstatus()
end

--- Follow what this server reports.
function M.follow()
  vim.api.nvim_create_autocmd('LspProgress', {
    group = vim.api.nvim_create_augroup('winnow.progress', { clear = true }),
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == server.name then
        receive(client, event.data.params)
      end
    end,
  })
end

--- What a server is busy with, for a statusline: "Looking for a fix 40 %"; empty where it is not.
---@param client_id? integer
---@return string
function M.of(client_id)
  for _, work in pairs(works) do
    if work.client_id == client_id then
      return says(work)
    end
  end
  return ''
end

return M
