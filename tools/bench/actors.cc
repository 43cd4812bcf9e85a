#include "tools/bench/actors.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "server/directory/actor.h"

namespace maillage::bench {
namespace {

constexpr std::array kGiven = {"Zélie", "Anselme", "Maëlle", "Théodore", "Ysaline", "Côme"};
constexpr std::array kFamily = {"Wæstelandt", "Dupré-Fictif", "Vandenbrœcke", "L'Heureux",
                                "Ségard",     "Maréchal",     "Ponthieu"};
constexpr std::array kCommunes = {"62765", "62819", "62498", "62193", "59350", "80021"};
constexpr std::array kRoles = {"Chargée de mission", "Conseiller municipal", "Présidente"};

void AddContact(v1::ContactKind kind, const std::string& value, v1::Actor* actor) {
  v1::ContactPoint* point = actor->add_contact_points();
  point->set_kind(kind);
  point->set_value(value);
  point->set_scope(v1::CONTACT_SCOPE_WORK);
}

}  // namespace

v1::Actor MakeActor(size_t number, size_t version) {
  v1::Actor actor;
  actor.set_kind(v1::ACTOR_KIND_PERSON);
  actor.mutable_person_name()->set_given(kGiven[number % kGiven.size()]);
  actor.mutable_person_name()->set_family(
      absl::StrCat(kFamily[number % kFamily.size()], " ", number % 50'000));
  v1::Membership* membership = actor.add_memberships();
  membership->set_type(v1::MEMBERSHIP_TYPE_EMPLOYMENT);
  membership->set_role(kRoles[(number + version) % kRoles.size()]);
  membership->set_organisation_name(absl::StrCat("Association du quartier ", number % 2'000));
  membership->set_organisation_type(v1::ORGANISATION_TYPE_ASSOCIATION);
  v1::TerritoryRef* territory = membership->add_territories();
  territory->set_level(v1::TERRITORY_LEVEL_COMMUNE);
  territory->set_code(kCommunes[(number + version) % kCommunes.size()]);
  territory->set_vintage(2025);
  AddContact(
      v1::CONTACT_KIND_EMAIL,
      absl::StrCat("personne", number, ".v", version, "@quartier", number % 500, ".example.org"),
      &actor);
  AddContact(v1::CONTACT_KIND_PHONE, absl::StrCat("+3319900", 1000 + number % 9000), &actor);
  actor.set_legal_basis(v1::LEGAL_BASIS_PUBLIC_TASK);
  actor.mutable_notice()->set_state(v1::NOTICE_STATE_EXEMPT);
  actor.mutable_notice()->set_how("art. 14.5.c");
  actor.set_source("Annuaire des associations, fichier de la commune, relevé de janvier");
  directory::DeriveCategories(&actor);
  return actor;
}

}  // namespace maillage::bench
