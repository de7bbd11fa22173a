#include "ui/routing/load_page.h"

namespace sy {

LoadPage::LoadPage(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {}

} // namespace sy
