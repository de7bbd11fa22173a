#include "ui/window/notice_stack.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr int kept_at_most = 4;

} // namespace

NoticeStack::NoticeStack(QWidget* parent) : QFrame(parent), m_layout(new QVBoxLayout(this))
{
    setObjectName("noticeStack");
    m_layout->setContentsMargins(6, 3, 6, 3);
    m_layout->setSpacing(3);
    hide();
}

int NoticeStack::count() const
{
    return m_layout->count();
}

void NoticeStack::add(const QString& key, Kind kind, const QString& text, const std::vector<NoticeAction>& actions)
{
    remove(key);
    while (m_layout->count() >= kept_at_most)
        remove(m_layout->itemAt(0)->widget()->objectName().mid(QString("notice:").size()));
    auto* row = new QFrame(this);
    row->setObjectName("notice:" + key);
    row->setFrameShape(QFrame::StyledPanel);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(8, 3, 3, 3);
    auto* label = plainLabel("noticeText", text, row);
    label->setWordWrap(true);
    if (kind == Kind::Problem) {
        QPalette colours = label->palette();
        colours.setColor(QPalette::WindowText, stateColours(palette()).bad);
        label->setPalette(colours);
    }
    layout->addWidget(label, 1);
    const auto addButton = [&](const QString& button_text, const std::function<void()>& act) {
        auto* button = new QToolButton(row);
        button->setText(button_text);
        layout->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, key, act] {
            if (act) act();
            remove(key);
        });
    };
    for (const auto& action : actions) addButton(action.text, action.act);
    addButton(tr("Dismiss"), {});
    m_layout->addWidget(row);
    show();
}

void NoticeStack::remove(const QString& key)
{
    for (int i = 0; i < m_layout->count(); ++i) {
        auto* row = m_layout->itemAt(i)->widget();
        if (row->objectName() != "notice:" + key) continue;
        delete m_layout->takeAt(i);
        row->hide();
        row->deleteLater(); // its button may be the one that was clicked
        break;
    }
    setVisible(m_layout->count() > 0);
}

} // namespace sy
