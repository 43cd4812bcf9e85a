#include "server/broadcast/letters/letter_pdf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/base/error.h"
#include "tests/broadcast/example.h"
#include "tests/broadcast/pdf_text.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Addressee Citizen(uint32_t number) {
  Addressee addressee;
  addressee.number = number;
  addressee.envelope = {"Madame Zoé MARTIN", "12 rue de l'Écu", "62500 SAINT-OMER"};
  addressee.salutation = "Madame Zoé Martin,";
  addressee.source = "Vous recevez cette invitation parce que vous l'avez demandé.";
  return addressee;
}

std::string Print(const v1::InvitationContent& content, const std::vector<Addressee>& addressees,
                  bool duplex = false) {
  std::string pdf;
  LetterPdf letters(content, duplex, [&pdf](absl::string_view bytes) {
    absl::StrAppend(&pdf, bytes);
    return absl::OkStatus();
  });
  for (const Addressee& addressee : addressees) letters.Add(addressee);
  const absl::Status status = letters.Finish();
  EXPECT_TRUE(status.ok()) << status;
  return pdf;
}

size_t Pages(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\f'));
}

TEST(LetterPdf, SaysWhatTheRealLetterSays) {
  const std::string text = PdfText(Print(DemoContent(), {Citizen(7)}), "-layout");
  for (const char* words :
       {"IREV, centre de ressources Politique de la", "Lille, le 30 mars 2018", "028-2018",
        "Madame Zoé Martin,", "Le jeudi 31 mai 2018 de 9h à 17h", "Magali DEBATTE",
        "François DECOSTER", "lettre n° 7", "vous l'avez demandé"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
}

TEST(LetterPdf, PutsTheAddressAloneBehindTheWindowOfTheEnvelope) {
  // In 72 dots an inch: 100 to 190 mm from the left, 45 to 79 mm from the top.
  const std::string window =
      PdfText(Print(DemoContent(), {Citizen(7)}), "-r 72 -x 283 -y 128 -W 255 -H 96 -l 1");
  EXPECT_EQ(window, "Madame Zoé MARTIN\n12 rue de l'Écu\n62500 SAINT-OMER\n\n\f");
}

TEST(LetterPdf, SetsALongAddressSmallerSoThatTheWindowShowsAllOfIt) {
  Addressee addressee = Citizen(1);
  addressee.envelope = {"Communauté d'agglomération du Pays de Saint-Omer et des communes voisines",
                        "Direction générale adjointe de la cohésion sociale et de la jeunesse",
                        "Service de la politique de la ville et de la participation des habitants",
                        "2 rue Albert Camus, bâtiment C, troisième étage, bureau 312",
                        "CS 20079",
                        "62968 LONGUENESSE CEDEX"};
  const std::string window =
      PdfText(Print(DemoContent(), {addressee}), "-r 72 -x 283 -y 128 -W 255 -H 96 -l 1");
  EXPECT_THAT(window, HasSubstr("62968 LONGUENESSE CEDEX"));
}

TEST(LetterPdf, BeginsNoLetterOnTheBackOfAnotherForDuplex) {
  const size_t pages = Pages(PdfText(Print(DemoContent(), {Citizen(1)})));
  const size_t one_side = Pages(PdfText(Print(DemoContent(), {Citizen(1), Citizen(2)})));
  EXPECT_EQ(one_side, 2 * pages);
  const size_t both_sides = Pages(PdfText(Print(DemoContent(), {Citizen(1), Citizen(2)}, true)));
  EXPECT_EQ(both_sides, 2 * (pages + pages % 2));
}

TEST(LetterPdf, FlowsALongLetterOverPagesAndNumbersThem) {
  v1::InvitationContent content = DemoContent();
  std::string body;
  for (int i = 0; i < 120; ++i) absl::StrAppend(&body, "Un paragraphe de la lettre.\n\n");
  content.set_body_markdown(body);
  const std::string text = PdfText(Print(content, {Citizen(1)}));
  EXPECT_GE(Pages(text), 3u);
  EXPECT_THAT(text, HasSubstr("028-2018 – page 3"));
}

TEST(LetterPdf, ShowsMarkupThatPeopleWroteAsText) {
  v1::InvitationContent content = DemoContent();
  content.set_body_markdown("Un <b>test</b> & des chevrons : 3 < 4.\n\n- un\n- deux\n\n1. trois");
  Addressee addressee = Citizen(1);
  addressee.envelope[0] = "L'association <Tous & Toutes>";
  const std::string text = PdfText(Print(content, {addressee}));
  EXPECT_THAT(text, HasSubstr("& des chevrons"));
  EXPECT_THAT(text, HasSubstr("3 < 4."));
  EXPECT_THAT(text, HasSubstr("L'association <Tous & Toutes>"));
  EXPECT_THAT(text, HasSubstr("–"));
}

TEST(LetterPdf, GivesACodeAndAPageWhereThereIsOneToReplyOn) {
  Addressee addressee = Citizen(1);
  addressee.reply_url = "https://invitations.example.org/r/abcd";
  EXPECT_THAT(PdfText(Print(DemoContent(), {addressee})),
              HasSubstr("https://invitations.example.org/r/abcd"));
  EXPECT_THAT(PdfText(Print(DemoContent(), {Citizen(1)})), Not(HasSubstr("Photographiez")));
}

TEST(LetterPdf, EndsWithTheErrorOfWhoeverTakesItsBytes) {
  LetterPdf letters(DemoContent(), false,
                    [](absl::string_view) { return Unavailable("DISK_FULL", "no room"); });
  letters.Add(Citizen(1));
  EXPECT_EQ(ErrorReason(letters.Finish()), "DISK_FULL");
}

}  // namespace
}  // namespace maillage::broadcast
