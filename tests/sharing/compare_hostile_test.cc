// Comparisons with suppliers that lie.
#include "tests/sharing/compare_fixture.h"

namespace maillage::sharing {
namespace {

using Answer = v1::CompareAnswer;
using Change = std::function<void(Answer*)>;

struct Case {
  const char* what;
  TamperAnswer tamper;
  const char* reason;
};

// Changes parts that have nodes of a level.
Change AtLevel(uint32_t level, Change change) {
  return [level, change = std::move(change)](Answer* answer) {
    if (answer->nodes_size() > 0 && answer->nodes(0).node() >> 16 == level) change(answer);
  };
}

// Changes parts that have entries; a record first, a stub last.
Change AtEntries(Change change) {
  return [change = std::move(change)](Answer* answer) {
    if (answer->entries_size() > 0) change(answer);
  };
}

void Flip(Answer* answer) { answer->mutable_nodes(0)->mutable_row()->back() ^= 1; }

class HostileCompareTest : public CompareFixture {
 protected:
  void SetUp() override {
    Fill(30);
    for (int i = 0; i < 4; ++i) origin_.Put(Person("Bruno", Name(i)), ids_[i]);
    origin_.Remove(ids_[20]);
    publication_ = origin_.Publish(share_);
  }
  // Each is refused and changes nothing; then an honest answer is taken.
  void ExpectRefused(const std::vector<Case>& cases) {
    const std::string before = RowsOf(&member_, origin_.id(), share_);
    for (const Case& c : cases) {
      EXPECT_EQ(ErrorReason(Compare(publication_, c.tamper)), c.reason) << c.what;
      EXPECT_EQ(RowsOf(&member_, origin_.id(), share_), before) << c.what;
    }
    ASSERT_TRUE(Compare(publication_).ok());
    EXPECT_TRUE(CopyEqualsOrigin());
  }
  // Another Head in the first answer, signed by the origin.
  Change OtherHead(std::function<void(v1::Head*)> change) {
    return [this, change = std::move(change)](Answer* answer) {
      if (answer->has_head()) {
        *answer->mutable_head() = ForgeHead(publication_, origin_.key(), change);
      }
    };
  }

  PublicationPtr publication_;
};

TEST_F(HostileCompareTest, RefusesNodesThatDoNotMakeTheHead) {
  ExpectRefused({
      {"forged top", AtLevel(0, Flip), "UNPROVED"},
      {"forged inner node", AtLevel(2, Flip), "UNPROVED"},
      {"forged bucket", AtLevel(4, Flip), "UNPROVED"},
      {"empty node", AtLevel(1, [](Answer* a) { a->mutable_nodes(0)->clear_row(); }), "UNPROVED"},
      {"hidden node", AtLevel(3, [](Answer* a) { a->mutable_nodes()->RemoveLast(); }), "UNPROVED"},
      {"node twice", AtLevel(3, [](Answer* a) { *a->add_nodes() = a->nodes(0); }), "UNPROVED"},
      {"other node", AtLevel(3, [](Answer* a) { a->mutable_nodes(0)->set_node(7); }), "UNPROVED"},
      {"truncated",
       [](Answer* a) {
         if (a->nodes_size() > 1) a->mutable_nodes()->DeleteSubrange(1, a->nodes_size() - 1);
         a->set_last(true);
       },
       "UNPROVED"},
  });
}

TEST_F(HostileCompareTest, RefusesEntriesThatTheTreeDoesNotHave) {
  ExpectRefused({
      {"forged entry",
       AtEntries([](Answer* a) { a->mutable_entries(0)->mutable_payload()->back() ^= 1; }),
       "UNPROVED"},
      {"older seq", AtEntries([](Answer* a) { a->mutable_entries(0)->set_seq(1); }), "UNPROVED"},
      {"later seq", AtEntries([](Answer* a) { a->mutable_entries(0)->set_seq(99); }), "UNPROVED"},
      {"hidden entry", AtEntries([](Answer* a) { a->mutable_entries()->DeleteSubrange(0, 1); }),
       "UNPROVED"},
      {"extra entry", AtEntries([](Answer* a) {
         v1::Entry entry = a->entries(0);
         entry.set_id(std::string(16, 'x'));
         *a->add_entries() = entry;
       }),
       "UNPROVED"},
      {"entry twice", AtEntries([](Answer* a) { *a->add_entries() = a->entries(0); }), "UNPROVED"},
      {"withdrawal of what is live", AtEntries([&](Answer* a) {
         a->mutable_entries()->rbegin()->set_id(std::string(ids_[25].bytes()));
       }),
       "UNPROVED"},
      {"entry without an id", AtEntries([](Answer* a) { a->mutable_entries(0)->clear_id(); }),
       "UNPROVED"},
      {"put without a payload",
       AtEntries([](Answer* a) { a->mutable_entries(0)->clear_payload(); }), "BAD_ENTRY"},
      {"erasure that nobody signed", AtEntries([](Answer* a) {
         v1::Entry* stub = &*a->mutable_entries()->rbegin();
         stub->set_kind(v1::ENTRY_KIND_ERASE);
         stub->set_erase_signature(std::string(64, 's'));
       }),
       "BAD_ERASE"},
  });
}

TEST_F(HostileCompareTest, RefusesHeadsThatAreNotTheOrigins) {
  ExpectRefused({
      {"no head", [](Answer* a) { a->clear_head(); }, "UNKNOWN_KEY"},
      {"forged head",
       [&](Answer* a) {
         if (a->has_head()) *a->mutable_head() = ForgeHead(publication_, member_.key());
       },
       "UNKNOWN_KEY"},
      {"another share", OtherHead([](v1::Head* h) { h->set_share("another1"); }), "WRONG_HEAD"},
      {"ahead", OtherHead([](v1::Head* h) {
         h->mutable_issued_at()->set_seconds(h->issued_at().seconds() + 3600);
       }),
       "HEAD_AHEAD"},
      {"wrong count", OtherHead([](v1::Head* h) { h->set_live_count(7); }), "UNPROVED"},
      {"refusal", [](Answer* a) { a->set_refusal(v1::Refusal::NOT_READY); }, "NOT_READY"},
  });
}

TEST_F(HostileCompareTest, AnswersNothingThatIsTooMuchOrOutOfTurn) {
  const auto request = [&](const std::function<void(v1::CompareRequest*)>& change) {
    v1::CompareRequest made;
    made.set_origin(std::string(origin_.id().bytes()));
    made.set_share(std::string(share_.bytes()));
    change(&made);
    return made;
  };
  const auto begin = request([](auto* r) { r->add_nodes(0); });
  const auto many = [](auto* r) {
    for (int i = 0; i <= kMaxCompareNodes; ++i) r->add_nodes(4 << 16 | i);
  };
  const auto many_ids = [](auto* r) {
    for (int i = 0; i <= kMaxCompareIds; ++i) r->add_ids(std::string(16, 'i'));
  };
  const struct {
    const char* what;
    bool begun;
    std::function<void(v1::CompareRequest*)> change;
  } kCases[] = {
      {"nodes", true, many},
      {"ids", true, many_ids},
      {"level", true, [](auto* r) { r->add_nodes(5 << 16); }},
      {"prefix", true, [](auto* r) { r->add_nodes(1 << 16 | 1); }},
      {"id", true, [](auto* r) { r->add_ids("short"); }},
      {"not begun", false, [](auto* r) { r->add_nodes(1 << 16); }},
  };
  for (const auto& c : kCases) {
    CompareServer server;
    std::deque<v1::SyncMessage> outbox;
    v1::SyncMessage message;
    if (c.begun) {
      server.Handle(begin, publication_, &outbox);
      ASSERT_TRUE(server.Next(&message));
    }
    server.Handle(request(c.change), publication_, &outbox);
    ASSERT_EQ(outbox.size(), 1u) << c.what;
    EXPECT_EQ(outbox[0].compare_answer().refusal(), v1::Refusal::BAD_REQUEST) << c.what;
    EXPECT_EQ(server.open(), 0u) << c.what;
  }
}

TEST_F(HostileCompareTest, AsksOfOneRequestAtATimeAndLetsGoWhenDone) {
  v1::CompareRequest request;
  request.set_origin(std::string(origin_.id().bytes()));
  request.set_share(std::string(share_.bytes()));
  request.add_nodes(0);
  CompareServer server;
  std::deque<v1::SyncMessage> outbox;
  server.Handle(request, publication_, &outbox);
  v1::CompareRequest next = request;
  next.set_nodes(0, 1 << 16);
  server.Handle(next, publication_, &outbox);
  ASSERT_EQ(outbox.size(), 1u);
  EXPECT_EQ(outbox[0].compare_answer().refusal(), v1::Refusal::BAD_REQUEST);
  server.Handle(request, publication_, &outbox);
  EXPECT_EQ(server.open(), 1u);
  request.set_done(true);
  server.Handle(request, publication_, &outbox);
  EXPECT_EQ(server.open(), 0u);
  request.clear_done();
  server.Handle(request, nullptr, &outbox);
  EXPECT_EQ(outbox.back().compare_answer().refusal(), v1::Refusal::NOT_READY);
}

}  // namespace
}  // namespace maillage::sharing
