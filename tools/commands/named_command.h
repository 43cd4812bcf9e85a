// A command whose one argument names a thing.
#ifndef TOOLS_COMMANDS_NAMED_COMMAND_H_
#define TOOLS_COMMANDS_NAMED_COMMAND_H_

#include <string>

#include "tools/cli/arguments.h"
#include "tools/cli/command.h"

namespace maillage::cli {

class NamedCommand : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("NAME", &name_, "", "Its name, as short as it is clear", Need::kRequired);
  }

 protected:
  // A request of type T with the name.
  template <typename T>
  T Named() const {
    T request;
    request.set_name(name_);
    return request;
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_NAMED_COMMAND_H_
