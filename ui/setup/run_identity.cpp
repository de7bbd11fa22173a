#include "ui/setup/run_identity.h"

#include "ui/models/palette.h"
#include "ui/setup/labels.h"

#include <QCompleter>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QStringListModel>

namespace sy {

namespace {

constexpr int longest_name = 100;

QStringList parts(const QString& text)
{
    QStringList all;
    for (const auto& part : text.split(','))
        if (const auto tag = part.trimmed(); !tag.isEmpty() && !all.contains(tag)) all << tag;
    return all;
}

} // namespace

/// Completes the tag that is being typed, not the whole line.
class TagCompleter : public QCompleter {
public:
    explicit TagCompleter(QObject* parent) : QCompleter(parent)
    {
        setModel(&m_known);
        setCaseSensitivity(Qt::CaseInsensitive);
    }
    void setKnown(const QStringList& tags)
    {
        if (tags != m_known.stringList()) m_known.setStringList(tags);
    }
    QString pathFromIndex(const QModelIndex& index) const override
    {
        const auto* line = static_cast<const QLineEdit*>(widget());
        const auto before = line->text().left(line->text().lastIndexOf(',') + 1);
        return (before.isEmpty() ? before : before + " ") + QCompleter::pathFromIndex(index);
    }
    QStringList splitPath(const QString& text) const override { return {text.section(',', -1).trimmed()}; }

private:
    QStringListModel m_known;
};

QString freeRunName(const QString& stem, const QSet<QString>& taken)
{
    const QString start = stem.isEmpty() ? QStringLiteral("run") : stem;
    if (!taken.contains(start)) return start;
    static const QRegularExpression numbered("^(.*)-(\\d{1,6})$");
    const auto match = numbered.match(start);
    const QString base = match.hasMatch() ? match.captured(1) : start;
    for (int i = match.hasMatch() ? match.captured(2).toInt() + 1 : 2;; ++i)
        if (const auto name = base + "-" + QString::number(i); !taken.contains(name)) return name;
}

RunIdentity::RunIdentity(QWidget* parent)
    : QWidget(parent), m_name(new QLineEdit(this)), m_tags(new QLineEdit(this)), m_mark(new QLabel(this)),
      m_completer(new TagCompleter(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    auto* name_label = new QLabel(tr("&Name"), this);
    auto* tags_label = new QLabel(tr("&Tags"), this);
    name_label->setBuddy(m_name);
    tags_label->setBuddy(m_tags);
    row->addWidget(name_label);
    row->addWidget(m_name, 3);
    row->addWidget(m_mark);
    row->addWidget(tags_label);
    row->addWidget(m_tags, 2);
    m_name->setObjectName("runName");
    m_name->setMaxLength(longest_name);
    m_name->setToolTip(tr("The run's name. Left empty, the next free name is used."));
    m_mark->setObjectName("runNameProblem");
    m_mark->setTextFormat(Qt::PlainText);
    m_tags->setObjectName("runTags");
    m_tags->setPlaceholderText(tr("comma, separated"));
    m_tags->setToolTip(tr("Tags of the run, separated by commas"));
    m_tags->setCompleter(m_completer);
    connect(m_name, &QLineEdit::textChanged, this, &RunIdentity::refresh);
    connect(m_tags, &QLineEdit::textChanged, this, &RunIdentity::changed);
    refresh();
}

QString RunIdentity::typedName() const
{
    return m_name->text().trimmed();
}

QString RunIdentity::name() const
{
    const auto typed = typedName();
    return typed.isEmpty() ? freeRunName(m_stem, m_taken) : typed;
}

QStringList RunIdentity::tags() const
{
    return parts(m_tags->text());
}

QString RunIdentity::problem() const
{
    if (!m_taken.contains(name())) return {};
    return tr("a run is called “%1” already; “%2” is free").arg(name(), freeRunName(name(), m_taken));
}

void RunIdentity::setStem(const QString& stem)
{
    m_stem = stem;
    refresh();
}

void RunIdentity::setTypedName(const QString& name)
{
    m_name->setText(name);
}

void RunIdentity::setTags(const QStringList& tags)
{
    m_tags->setText(tags.join(", "));
}

void RunIdentity::setTaken(const QSet<QString>& names)
{
    if (names == m_taken) return;
    m_taken = names;
    refresh();
}

void RunIdentity::setKnownTags(const QStringList& tags)
{
    m_completer->setKnown(tags);
}

void RunIdentity::nextName()
{
    const auto used = name();
    m_taken.insert(used);
    if (!typedName().isEmpty()) m_stem = used;
    m_name->clear();
    refresh();
}

void RunIdentity::focusName()
{
    m_name->setFocus(Qt::OtherFocusReason);
    m_name->selectAll();
}

void RunIdentity::refresh()
{
    m_name->setPlaceholderText(freeRunName(m_stem, m_taken));
    const auto wrong = problem();
    m_mark->setText(wrong.isEmpty() ? QString() : tr("taken"));
    m_mark->setToolTip(plainToolTip(wrong));
    m_mark->setVisible(!wrong.isEmpty());
    setInk(m_mark, stateColours(palette()).bad);
    Q_EMIT changed();
}

void RunIdentity::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) refresh();
    QWidget::changeEvent(event);
}

} // namespace sy
