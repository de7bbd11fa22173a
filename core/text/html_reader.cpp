#include "core/text/html_reader.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include <libxml/HTMLparser.h>

namespace sy {

namespace {

constexpr std::array<std::string_view, 13> left_out = {"head",     "script",   "style", "pre",    "nav",
                                                       "noscript", "template", "svg",   "select", "button",
                                                       "iframe",   "textarea", "form"};
/// Text on the two sides of their tags is one document.
constexpr std::array<std::string_view, 37> inline_elements = {
    "a",      "abbr", "acronym", "b",    "bdi",   "bdo",  "big", "cite", "code", "del",  "dfn",   "em",   "font",
    "i",      "img",  "ins",     "kbd",  "label", "mark", "q",   "ruby", "s",    "samp", "small", "span", "strike",
    "strong", "sub",  "sup",     "time", "tt",    "u",    "var", "wbr",  "data", "rb",   "rt"};

template <size_t N> bool isOneOf(std::string_view name, const std::array<std::string_view, N>& names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view text(const xmlChar* characters)
{
    return characters ? reinterpret_cast<const char*>(characters) : "";
}

bool isNavigation(xmlNode* node)
{
    const std::unique_ptr<xmlChar, decltype(xmlFree)> kind(xmlGetProp(node, BAD_CAST "class"), xmlFree);
    return text(kind.get()).find("docnav") != std::string_view::npos;
}

class Walk {
public:
    explicit Walk(const std::function<void(std::string_view)>& visit) : m_visit(visit) {}

    void children(xmlNode* parent)
    {
        for (xmlNode* node = parent->children; node; node = node->next) {
            if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE ||
                node->type == XML_ENTITY_REF_NODE)
                addText(node);
            else if (node->type == XML_ELEMENT_NODE)
                element(node);
        }
    }

    void endDocument()
    {
        if (!m_document.empty()) m_visit(m_document);
        m_document.clear();
    }

private:
    void addText(xmlNode* node)
    {
        const std::unique_ptr<xmlChar, decltype(xmlFree)> content(xmlNodeGetContent(node), xmlFree);
        m_document += text(content.get());
    }

    void element(xmlNode* node)
    {
        const auto name = text(node->name);
        if (isOneOf(name, left_out) || isNavigation(node)) return endDocument();
        if (name == "br") m_document += ' ';
        const bool block = name != "br" && !isOneOf(name, inline_elements);
        if (block) endDocument();
        children(node);
        if (block) endDocument();
    }

    const std::function<void(std::string_view)>& m_visit;
    std::string m_document;
};

} // namespace

void readHtml(std::string_view page, const std::function<void(std::string_view)>& visit)
{
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> tree(
        htmlReadMemory(page.data(), static_cast<int>(page.size()), nullptr, "UTF-8", options), xmlFreeDoc);
    if (!tree) return; // nothing that a browser would show
    Walk walk(visit);
    walk.children(reinterpret_cast<xmlNode*>(tree.get()));
    walk.endDocument();
}

} // namespace sy
