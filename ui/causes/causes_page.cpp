#include "ui/causes/causes_page.h"

namespace sy {

CausesPage::CausesPage(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {}

} // namespace sy
