-- Found by Neovim on the runtime path: `vim.lsp.enable('winnow')` is all that is needed.
-- Whatever is set here can be set otherwise by `vim.lsp.config('winnow', {...})`.

---@type vim.lsp.Config
return {
  cmd = { 'winnow', 'serve' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'setup.cfg', 'setup.py', 'pytest.ini', 'tox.ini', '.git' },
  capabilities = { textDocument = { inlineCompletion = { dynamicRegistration = false } } },
  settings = { winnow = {} },
  before_init = function(params, config)
    require('winnow.trust').before_init(params, config)
  end,
  on_attach = function(client, buffer)
    require('winnow.attach').attach(client, buffer)
  end,
  on_exit = function(code, signal, client_id)
    require('winnow.restart').exited(code, signal, client_id)
  end,
  -- The answer of a code action or a lens is for the person, and Neovim itself would drop it.
  commands = {
    ['winnow.repair'] = function(command)
      require('winnow.command').told(command)
    end,
    ['winnow.ask'] = function(command)
      require('winnow.command').told(command)
    end,
    ['winnow.runTests'] = function(command)
      require('winnow.command').told(command)
    end,
    ['winnow.explain'] = function(command)
      require('winnow.command').explain(command.arguments[1])
    end,
    ['winnow.explainFixes'] = function(command)
      require('winnow.command').explain(command.arguments[1], 'winnow.explainFixes')
    end,
    ['winnow.hint'] = function(command)
      require('winnow.command').explain(command.arguments[1], 'winnow.hint')
    end,
    ['winnow.attempts'] = function(command)
      require('winnow.command').explain(command.arguments[1], 'winnow.attempts')
    end,
  },
  handlers = {
    ['winnow/status'] = function(_, state, context)
      require('winnow.status').receive(state, context.client_id)
    end,
    ['winnow/tests'] = function(_, sent, context)
      require('winnow.status').tests(sent, context.client_id)
    end,
    -- Neovim's own way to show a message waits for a key where it is long.
    ['window/showMessage'] = function(_, shown)
      local server = require('winnow.server')
      local tell = shown.type <= vim.lsp.protocol.MessageType.Warning and server.warn or server.say
      tell(shown.message)
    end,
    -- The status carries what is drawn of a decision; `:Winnow why` asks for the rest.
    ['winnow/decision'] = function() end,
    ['winnow/fix'] = function() end,
  },
}
