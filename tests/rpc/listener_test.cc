#include "server/rpc/listener.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "client/base/error.h"
#include "client/base/mutex.h"
#include "gtest/gtest.h"

namespace maillage::rpc {
namespace {

// Somebody who connects from an address of this machine.
class Caller {
 public:
  Caller(const char* from, int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, from, &address.sin_addr);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    address.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Caller() { close(fd_); }
  // Waits for the byte that those who are let in get; false: hung up on.
  bool IsLetIn() {
    char byte = 0;
    return recv(fd_, &byte, 1, 0) == 1;
  }

 private:
  const int fd_;
};

class ListenerTest : public testing::Test {
 protected:
  ListenerTest() : listener_(Listener::Listen("127.0.0.1:0", 4).value()) {
    listener_->Start([this](int, int fd) {
      EXPECT_EQ(send(fd, "x", 1, MSG_NOSIGNAL), 1);
      const MutexLock lock(&mutex_);
      taken_.push_back(fd);
    });
  }
  ~ListenerTest() override {
    listener_.reset();
    for (const int fd : taken_) close(fd);
  }
  void CloseFirst() {
    const MutexLock lock(&mutex_);
    close(taken_.front());
    taken_.erase(taken_.begin());
  }

  std::unique_ptr<Listener> listener_;
  Mutex mutex_;
  std::vector<int> taken_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(ListenerTest, LetsInNoMoreThanItsLimitAndHalfOfThemFromOneAddress) {
  const int port = listener_->port();
  Caller a("127.0.0.1", port);
  Caller b("127.0.0.1", port);
  EXPECT_TRUE(a.IsLetIn());
  EXPECT_TRUE(b.IsLetIn());
  EXPECT_FALSE(Caller("127.0.0.1", port).IsLetIn());
  Caller c("127.0.0.2", port);
  EXPECT_TRUE(c.IsLetIn());
  Caller d("127.0.0.3", port);
  EXPECT_TRUE(d.IsLetIn());
  EXPECT_FALSE(Caller("127.0.0.4", port).IsLetIn());
}

TEST_F(ListenerTest, HasRoomAgainWhenAConnectionWasClosedWhoeverHasItsNumberNow) {
  const int port = listener_->port();
  Caller a("127.0.0.1", port);
  Caller b("127.0.0.1", port);
  ASSERT_TRUE(a.IsLetIn());
  ASSERT_TRUE(b.IsLetIn());
  CloseFirst();
  const int same_number = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_TRUE(Caller("127.0.0.1", port).IsLetIn());
  EXPECT_FALSE(Caller("127.0.0.1", port).IsLetIn());
  close(same_number);
}

TEST_F(ListenerTest, SaysWhyItCannotListenAndWhichSettingMendsIt) {
  const auto taken = Listener::Listen("127.0.0.1:" + std::to_string(listener_->port()));
  EXPECT_EQ(ErrorReason(taken.status()), "CANNOT_BIND");
  EXPECT_NE(ErrorMend(taken.status()).find("'listen'"), std::string::npos);
  EXPECT_EQ(ErrorReason(Listener::Listen("nowhere").status()), "BAD_ADDRESS");
}

TEST_F(ListenerTest, ListensOnAllAddressesOfAName) {
  const auto listener = Listener::Listen("localhost:0");
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_GT((*listener)->port(), 0);
  const auto all = Listener::Listen("[::]:0");
  EXPECT_TRUE(all.ok()) << all.status();
}

}  // namespace
}  // namespace maillage::rpc
