#include "ui/dynamics/dynamics_page.h"

namespace sy {

DynamicsPage::DynamicsPage(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {}

} // namespace sy
