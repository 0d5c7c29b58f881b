--- Keys that act on ghost text where there is some, and otherwise do what they did before.
local M = {}

---@param keys string
---@return string
local function coded(keys)
  return vim.api.nvim_replace_termcodes(keys, true, true, true)
end

--- The mapping that a key had before ours: of the buffer when we came, else the global one of this moment.
---@param key string
---@param of_buffer vim.api.keyset.get_keymap?
---@return vim.api.keyset.get_keymap?
local function former(key, of_buffer)
  if of_buffer then
    return of_buffer
  end
  for _, map in ipairs(vim.api.nvim_get_keymap('i')) do
    if coded(map.lhs) == coded(key) then
      return map
    end
  end
end

--- Do what the key did before, ahead of what was typed after it.
---@param key string
---@param map vim.api.keyset.get_keymap?
local function press(key, map)
  if not map then
    vim.api.nvim_feedkeys(coded(key), 'ni', false)
    return
  end
  local keys = map.rhs or ''
  if map.expr == 1 then
    keys = map.callback and map.callback() or vim.api.nvim_eval(keys)
    keys = type(keys) == 'string' and keys or ''
    keys = map.replace_keycodes == 1 and coded(keys) or keys
  elseif map.callback then
    map.callback()
    return
  else
    keys = coded(keys)
  end
  vim.api.nvim_feedkeys(keys, map.noremap == 1 and 'ni' or 'mi', false)
end

--- Map one insert-mode key of a buffer.
---@param buffer integer
---@param key string|false|nil
---@param does string What it does, for the list of mappings.
---@param act fun(otherwise: fun()): boolean Whether there was something to act on.
local function map(buffer, key, does, act)
  if not key then
    return
  end
  local held = vim.fn.maparg(key, 'i', false, true)
  local of_buffer = held.buffer == 1 and not vim.startswith(held.desc or '', 'Winnow: ') and held or nil
  vim.keymap.set('i', key, function()
    local function otherwise()
      press(key, former(key, of_buffer))
    end
    if not act(otherwise) then
      otherwise()
    end
  end, { buffer = buffer, desc = 'Winnow: ' .. does })
end

---@param buffer integer
function M.attach(buffer)
  local keys = require('winnow.options').get().keys
  if not keys then
    return
  end
  local accept = require('winnow.accept')
  ---@param part winnow.Part
  local function accepting(part)
    return function(otherwise)
      return accept.accept(part, otherwise)
    end
  end
  map(buffer, keys.accept, 'accept the suggestion', accepting('all'))
  map(buffer, keys.accept_word, 'accept a word of it', accepting('word'))
  map(buffer, keys.accept_line, 'accept a line of it', accepting('line'))
  map(buffer, keys.dismiss, 'dismiss the suggestion', accept.dismiss)
  map(buffer, keys.ask, 'ask for a suggestion', function()
    require('winnow.ghost').ask()
    return true
  end)
end

return M
