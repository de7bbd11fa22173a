// Families as linguists commonly name them, at the level at which a reader expects languages to look alike.
#include "core/analysis/language_matrix.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace sy {

namespace {

struct Family {
    std::string_view name;
    std::string_view codes; ///< ISO 639, separated by spaces
};

/// Related families stand beside each other: this is the order of a matrix by family.
constexpr std::array families = {
    Family{"Germanic", "en de nl sv da nb nn no is fo fy af lb yi gsw nds sco"},
    Family{"Romance", "fr es pt it ca gl ro oc ast an co sc scn lmo pms vec wa ht la rm fur mo"},
    Family{"Slavic", "ru uk be pl cs sk sl hr sr bs sh mk bg hsb dsb szl rue"},
    Family{"Baltic", "lt lv ltg sgs"},
    Family{"Celtic", "cy ga gd br gv kw"},
    Family{"Hellenic", "el grc"},
    Family{"Albanian", "sq"},
    Family{"Armenian", "hy hyw"},
    Family{"Indo-Aryan", "hi ur bn pa gu mr ne si or as sd sa ks mai bho awa gom kok dv rom"},
    Family{"Iranian", "fa ku ckb kmr ps tg os prs mzn"},
    Family{"Uralic", "fi hu et se vro kv udm mhr myv"},
    Family{"Basque", "eu"},
    Family{"Turkic", "tr az azb kk ky uz tk tt ug ba cv sah crh"},
    Family{"Mongolic", "mn bxr xal"},
    Family{"Kartvelian", "ka xmf"},
    Family{"Northeast Caucasian", "ce av lez"},
    Family{"Semitic", "ar he iw arz ary apc am ti mt arc"},
    Family{"Cushitic", "so om"},
    Family{"Chadic", "ha"},
    Family{"Sinitic", "zh yue wuu nan hak cdo gan lzh"},
    Family{"Tibeto-Burman", "my bo dz new mni"},
    Family{"Hmong-Mien", "hmn mww"},
    Family{"Japonic", "ja ryu"},
    Family{"Koreanic", "ko"},
    Family{"Austroasiatic", "vi km sat kha"},
    Family{"Tai", "th lo shn za"},
    Family{"Austronesian", "id ms jv jw su min ace ban tl fil ceb ilo war pam mg mi sm haw to fj ty"},
    Family{"Dravidian", "ta te kn ml tcy"},
    Family{"Bantu", "sw rw rn zu xh sn ny st nso tn ts ss ve lg ln ki nd kg"},
    Family{"Volta-Niger", "yo ig ee fon"},
    Family{"Atlantic", "wo ff"},
    Family{"Mande", "bm dyu"},
    Family{"Quechuan", "qu quy"},
    Family{"Tupian", "gn"},
    Family{"Aymaran", "ay"},
    Family{"Eskaleut", "kl iu"},
    Family{"Constructed", "eo ia io ie vo"},
};

constexpr std::string_view unknown = "Other";

std::string primarySubtag(std::string_view code)
{
    std::string subtag(code.substr(0, code.find_first_of("-_")));
    std::ranges::transform(subtag, subtag.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return subtag;
}

bool lists(std::string_view codes, std::string_view code)
{
    while (!codes.empty()) {
        const size_t end = std::min(codes.find(' '), codes.size());
        if (codes.substr(0, end) == code) return true;
        codes.remove_prefix(std::min(end + 1, codes.size()));
    }
    return false;
}

size_t placeOf(std::string_view code)
{
    const std::string subtag = primarySubtag(code);
    const auto found =
        std::ranges::find_if(families, [&](const Family& family) { return lists(family.codes, subtag); });
    return static_cast<size_t>(found - families.begin());
}

} // namespace

std::string_view languageFamily(std::string_view code)
{
    const size_t place = placeOf(code);
    return place < families.size() ? families[place].name : unknown;
}

std::vector<int64_t> familyOrder(std::span<const std::string> codes)
{
    std::vector<size_t> place;
    for (const std::string& code : codes) place.push_back(placeOf(code));
    std::vector<int64_t> order(codes.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](int64_t i) {
        return std::tuple(place[static_cast<size_t>(i)], std::string_view(codes[static_cast<size_t>(i)]));
    });
    return order;
}

} // namespace sy
