--- Take the ghost text, or a part of it, and say so to the server.
local ghost = require('winnow.ghost')
local item_of = require('winnow.item')
local server = require('winnow.server')

local M = {}

--- Put text at the cursor in place of the bytes after it, and the cursor behind the text.
---@param text string
---@param replaced integer
local function insert(text, replaced)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.split(text, '\n', { plain = true })
  local stop = math.min(column + replaced, #vim.api.nvim_get_current_line())
  vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, stop, lines)
  local last = lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row + #lines - 1, #lines == 1 and column + #last or #last })
end

---@param item winnow.Item
---@param taken? integer Characters; nil: all of it.
local function report(item, taken)
  local client = vim.lsp.get_client_by_id(item.client_id)
  if not client or not item.command then
    return
  elseif taken then
    server.execute('winnow.partlyAccepted', { item.command.arguments[1], taken }, nil, client)
  else
    client:exec_cmd(item.command, { bufnr = vim.api.nvim_get_current_buf() })
  end
end

--- Insert what is left of an item, as far as wanted. False: it no longer fits what was typed.
---@param item winnow.Item
---@param part winnow.Part
---@return boolean
local function take(item, part)
  local rest, replaced = item_of.rest(item, vim.api.nvim_get_current_line(), vim.api.nvim_win_get_cursor(0))
  if not rest then
    return false
  end
  local piece = item_of.first(rest, part)
  local whole = piece == rest
  insert(piece, whole and replaced or 0)
  report(item, not whole and vim.fn.strchars(piece) or nil)
  return true
end

--- What Neovim 0.12 shows of ours goes to `use`, after it has been taken off the screen. False: it shows nothing.
---@param use fun(item: winnow.Item)
---@return boolean
local function with_builtin(use)
  if not vim.lsp.inline_completion then
    return false
  end
  return vim.lsp.inline_completion.get({
    on_accept = function(own)
      local client = vim.lsp.get_client_by_id(own.client_id)
      if not client or client.name ~= server.name then
        return own
      end
      use(item_of.from_builtin(own, vim.api.nvim_win_get_cursor(0)))
    end,
  })
end

--- The buffers in which Neovim 0.12 is about to hand us what it shows: the next key may come before it has.
---@type table<integer, boolean>
local taking = {}

--- Insert a part of our own ghost text.
---@param buffer integer
---@param part winnow.Part
---@param otherwise fun()
local function take_own(buffer, part, otherwise)
  local own = ghost.visible(buffer)
  if not own or not take(own, part) then
    otherwise()
  elseif part == 'all' then
    ghost.hide(buffer)
  end
end

--- Whether it began to insert; the text itself appears once the key that asked for it has been dealt with.
--- `otherwise` runs when it turns out that the ghost text was of a moment that has passed.
---@param part winnow.Part
---@param otherwise? fun()
---@return boolean
function M.accept(part, otherwise)
  otherwise = otherwise or function() end
  local buffer = vim.api.nvim_get_current_buf()
  if ghost.visible(buffer) or taking[buffer] then
    vim.schedule(function()
      take_own(buffer, part, otherwise)
    end)
    return true
  end
  taking[buffer] = with_builtin(function(item)
    if not take(item, part) then
      otherwise()
    elseif part ~= 'all' then
      ghost.keep(buffer, item)
    end
  end)
  vim.schedule(function()
    taking[buffer] = nil
  end)
  return taking[buffer]
end

---@return boolean
function M.dismiss()
  local function tell(item)
    if item.command then
      local client = vim.lsp.get_client_by_id(item.client_id)
      server.execute('winnow.dismissed', { item.command.arguments[1] }, nil, client)
    end
  end
  local buffer = vim.api.nvim_get_current_buf()
  local own = ghost.visible(buffer)
  if not own then
    return with_builtin(tell)
  end
  vim.schedule(function()
    ghost.hide(buffer)
    tell(own)
  end)
  return true
end

return M
