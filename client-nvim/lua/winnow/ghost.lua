--- Ghost text of our own: everything on Neovim 0.11, and on 0.12 the answer to an explicit question,
--- for which the built-in one has no door.
local item_of = require('winnow.item')

local M = {}

local namespace = vim.api.nvim_create_namespace('winnow.ghost')
local INVOKED, AUTOMATIC = 1, 2

---@class winnow.Ghost
---@field item? winnow.Item
---@field timer? uv.uv_timer_t
---@field cancel? fun() Takes back the question that is on its way.

---@type table<integer, winnow.Ghost>
local ghosts = {}

---@param buffer integer
---@return winnow.Ghost
local function ghost_of(buffer)
  ghosts[buffer] = ghosts[buffer] or {}
  return ghosts[buffer]
end

---@param buffer integer
local function clear(buffer)
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
end

--- Draw what is left of the suggestion at the cursor; forget it when it no longer fits.
---@param buffer integer
local function draw(buffer)
  clear(buffer)
  local ghost = ghost_of(buffer)
  local cursor = vim.api.nvim_win_get_cursor(0)
  local rest = ghost.item and item_of.rest(ghost.item, vim.api.nvim_get_current_line(), cursor)
  if not rest then
    ghost.item = nil
    return
  end
  local lines = vim.split(rest, '\n', { plain = true })
  local below = vim.tbl_map(function(line)
    return { { line, 'WinnowGhost' } }
  end, vim.list_slice(lines, 2))
  vim.api.nvim_buf_set_extmark(buffer, namespace, cursor[1] - 1, cursor[2], {
    virt_text = { { lines[1], 'WinnowGhost' } },
    virt_text_pos = 'inline',
    virt_lines = below,
    hl_mode = 'combine',
  })
end

--- End what waits: the timer and the question on its way.
---@param ghost winnow.Ghost
local function still(ghost)
  if ghost.timer then
    ghost.timer:stop()
    ghost.timer:close()
    ghost.timer = nil
  end
  if ghost.cancel then
    ghost.cancel()
    ghost.cancel = nil
  end
end

---@param buffer integer
---@param kind integer
local function request(buffer, kind)
  local client = require('winnow.server').client(buffer)
  if not client or vim.api.nvim_get_current_buf() ~= buffer then
    return
  end
  local ghost = ghost_of(buffer)
  local cursor, tick = vim.api.nvim_win_get_cursor(0), vim.api.nvim_buf_get_changedtick(buffer)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  ---@cast params lsp.InlineCompletionParams
  params.context = { triggerKind = kind }
  local sent, id = client:request('textDocument/inlineCompletion', params, function(failure, result)
    ghost.cancel = nil
    local current = vim.api.nvim_get_current_buf() == buffer and vim.api.nvim_buf_get_changedtick(buffer) == tick
    if failure or not result or not current or vim.api.nvim_get_mode().mode:sub(1, 1) ~= 'i' then
      return
    end
    local first = (result.items or result)[1]
    ghost.item = first and item_of.from_lsp(first, client, buffer, cursor)
    draw(buffer)
  end, buffer)
  ghost.cancel = sent and id and function()
    client:cancel_request(id)
  end or nil
end

--- Ask now, as a person who wants an answer.
function M.ask()
  local buffer = vim.api.nvim_get_current_buf()
  still(ghost_of(buffer))
  request(buffer, INVOKED)
end

--- What the ghost text of a buffer would insert, if one is visible.
---@param buffer integer
---@return winnow.Item?
function M.visible(buffer)
  return ghost_of(buffer).item
end

--- Show what is left of a suggestion of which a part was taken. Neovim 0.12 by itself shows nothing of it, and has
--- nothing to take for the next key, until it has asked anew.
---@param buffer integer
---@param item winnow.Item
function M.keep(buffer, item)
  ghost_of(buffer).item = item
  draw(buffer)
end

--- Make way for what Neovim 0.12 shows once it has asked by itself: both would stand at the cursor. Once for a client.
---@param client vim.lsp.Client
function M.yield(client)
  local ask = client.request
  client.request = function(self, method, params, handler, buffer)
    if method ~= 'textDocument/inlineCompletion' or params.context.triggerKind ~= AUTOMATIC then
      return ask(self, method, params, handler, buffer)
    end
    return ask(self, method, params, function(failure, result, ...)
      if buffer and result and next(result.items or result) then
        ghost_of(buffer).item = nil
        clear(buffer)
      end
      return handler(failure, result, ...)
    end, buffer)
  end
end

---@param buffer integer
function M.hide(buffer)
  local ghost = ghost_of(buffer)
  still(ghost)
  ghost.item = nil
  clear(buffer)
end

--- Keep drawing what was asked for as the user types through it.
---@param buffer integer
---@param automatic boolean Whether to ask by ourselves, too.
function M.attach(buffer, automatic)
  local group = vim.api.nvim_create_augroup('winnow.ghost.' .. buffer, { clear = true })
  vim.api.nvim_create_autocmd({ 'TextChangedI', 'TextChangedP', 'CursorMovedI', 'InsertEnter' }, {
    group = group,
    buffer = buffer,
    callback = function()
      local ghost = ghost_of(buffer)
      still(ghost)
      draw(buffer)
      if automatic then
        ghost.timer = vim.defer_fn(function()
          ghost.timer = nil
          request(buffer, AUTOMATIC)
        end, require('winnow.options').get().debounce)
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave' }, {
    group = group,
    buffer = buffer,
    callback = function()
      M.hide(buffer)
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = buffer,
    callback = function()
      still(ghost_of(buffer))
      ghosts[buffer] = nil
    end,
  })
end

return M
