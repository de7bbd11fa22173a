#include "ui/routing/languages_page.h"

namespace sy {

LanguagesPage::LanguagesPage(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {}

} // namespace sy
