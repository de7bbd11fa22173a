#include "ui/tokens/tokens_page.h"

namespace sy {

TokensPage::TokensPage(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {}

} // namespace sy
