// A folder that holds a Python project.
const { extension, until } = require("./probe.cjs");

module.exports = {
  async "it begins with the window, before a file of the project is opened"() {
    await until(() => extension.isActive, "the extension");
  },
};
