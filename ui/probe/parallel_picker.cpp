#include "ui/probe/parallel_picker.h"

#include "ui/models/background.h"
#include "ui/models/text.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QToolButton>

#include <algorithm>
#include <set>

namespace sy {

namespace {

constexpr int64_t most_sentences = 100000;
constexpr int first_ticks = 4;
constexpr auto file_key = "probe/parallelFile", ticked_key = "probe/parallelLanguages";

/// A menu that stays open while its ticks are set.
class TickMenu : public QMenu {
public:
    using QMenu::QMenu;

protected:
    void mouseReleaseEvent(QMouseEvent* event) override
    {
        auto* action = activeAction();
        if (action && action->isCheckable() && action->isEnabled())
            action->trigger();
        else
            QMenu::mouseReleaseEvent(event);
    }
};

} // namespace

void ParallelSentenceModel::setSentences(ParallelSentences sentences)
{
    beginResetModel();
    m_sentences = std::move(sentences);
    endResetModel();
}

void ParallelSentenceModel::setLanguages(const QStringList& languages)
{
    m_languages = languages;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DisplayRole});
}

int ParallelSentenceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_sentences ? 0 : static_cast<int>(m_sentences->size());
}

QVariant ParallelSentenceModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& sentence = (*m_sentences)[static_cast<size_t>(index.row())];
    if (role == AllTextsRole) {
        QString all;
        for (const auto& [language, text] : sentence.texts) all += fromUtf8(text) + QLatin1Char('\n');
        return all;
    }
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    for (const auto& language : m_languages)
        if (const auto found = sentence.texts.find(language.toStdString()); found != sentence.texts.end())
            return fromUtf8(found->second);
    return sentence.texts.empty() ? QString() : fromUtf8(sentence.texts.begin()->second);
}

ParallelPicker::ParallelPicker(QSettings* settings, QWidget* parent)
    : QWidget(parent), m_settings(settings), m_open(new QToolButton(this)), m_languages(new QToolButton(this)),
      m_menu(new TickMenu(m_languages)), m_search(new QLineEdit(this)), m_list(new QListView(this)),
      m_state(plainLabel("parallelState", {}, this)), m_model(new ParallelSentenceModel(this)),
      m_found(new QSortFilterProxyModel(this))
{
    m_open->setObjectName("parallelFile");
    m_open->setText(tr("File…"));
    m_open->setToolTip(
        tr("JSON lines with \"texts\" by language code, or tab-separated with the codes in the first line"));
    m_languages->setObjectName("parallelLanguages");
    m_languages->setText(tr("Languages"));
    m_languages->setPopupMode(QToolButton::InstantPopup);
    m_languages->setMenu(m_menu);
    m_search->setObjectName("parallelSearch");
    m_search->setPlaceholderText(tr("Search the sentences in any language"));
    m_search->setClearButtonEnabled(true);
    m_found->setSourceModel(m_model);
    m_found->setFilterRole(ParallelSentenceModel::AllTextsRole);
    m_found->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setObjectName("parallelSentences");
    m_list->setModel(m_found);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumHeight(fontMetrics().height() * 3);
    m_list->setMaximumHeight(fontMetrics().height() * 5);
    auto* row = new QHBoxLayout;
    row->addWidget(m_open);
    row->addWidget(m_search, 1);
    row->addWidget(m_languages);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_state);
    layout->addWidget(m_list);
    connect(m_open, &QToolButton::clicked, this, &ParallelPicker::chooseFile);
    connect(m_search, &QLineEdit::textChanged, m_found, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ParallelPicker::changed);
    if (m_settings) m_ticked = m_settings->value(ticked_key).toStringList();
    say(tr("Choose a file with the same sentences in several languages."));
    const QString last = m_settings ? m_settings->value(file_key).toString() : QString();
    if (QFileInfo::exists(last)) openFile(last);
}

void ParallelPicker::say(const QString& text)
{
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
}

void ParallelPicker::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Parallel sentences"), m_file,
                                                      tr("Parallel sentences (*.jsonl *.tsv);;All files (*)"));
    if (!path.isEmpty()) openFile(path);
}

void ParallelPicker::openFile(const QString& path)
{
    m_reading = true;
    say(tr("Reading %1…").arg(QFileInfo(path).fileName()));
    const auto read = [path]() -> std::pair<ParallelSentences, QString> {
        try {
            return {std::make_shared<const std::vector<ParallelSentence>>(
                        readParallel(fs::path(path.toStdString()), most_sentences)),
                    {}};
        } catch (const std::exception& error) {
            return {nullptr, fromUtf8(error.what())};
        }
    };
    inBackground(this, read, [this, path](const std::pair<ParallelSentences, QString>& found) {
        take(path, found.first, found.second);
    });
}

void ParallelPicker::take(const QString& path, ParallelSentences sentences, const QString& problem)
{
    m_reading = false;
    if (!sentences) {
        say(problem);
        Q_EMIT fileRead();
        return;
    }
    m_file = path;
    if (m_settings) m_settings->setValue(file_key, path);
    std::set<std::string> codes;
    for (const auto& sentence : *sentences)
        for (const auto& [code, text] : sentence.texts) codes.insert(code);
    m_file_languages.clear();
    for (const auto& code : codes) m_file_languages << fromUtf8(code);
    const auto count = static_cast<qlonglong>(sentences->size());
    m_open->setText(QFileInfo(path).fileName());
    m_search->setPlaceholderText(tr("Search %1 sentences in any language").arg(QLocale().toString(count)));
    say({});
    m_model->setSentences(std::move(sentences));
    fillLanguages();
    if (!m_list->currentIndex().isValid()) m_list->setCurrentIndex(m_found->index(0, 0));
    Q_EMIT fileRead();
}

void ParallelPicker::setRunLanguages(const QStringList& languages)
{
    if (languages == m_run_languages) return;
    m_run_languages = languages;
    fillLanguages();
}

void ParallelPicker::fillLanguages()
{
    if (m_file_languages.isEmpty()) return;
    QStringList ordered, others;
    for (const auto& code : m_file_languages) (m_run_languages.contains(code) ? ordered : others) << code;
    const bool any = std::any_of(m_ticked.begin(), m_ticked.end(),
                                 [this](const QString& code) { return m_file_languages.contains(code); });
    if (!any) m_ticked = (ordered + others).mid(0, first_ticks);
    m_menu->clear();
    const auto add = [this](const QString& code, const QString& text) {
        auto* action = m_menu->addAction(QString(text).replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setData(code);
        action->setCheckable(true);
        action->setChecked(m_ticked.contains(code));
        connect(action, &QAction::toggled, this, &ParallelPicker::ticksChanged);
    };
    for (const auto& code : ordered) add(code, code);
    if (!ordered.isEmpty() && !others.isEmpty()) m_menu->addSeparator();
    for (const auto& code : others)
        add(code, m_run_languages.isEmpty() ? code : tr("%1 (not in this run's text)").arg(code));
    ticksChanged();
}

void ParallelPicker::ticksChanged()
{
    QStringList ticked;
    for (const auto* action : m_menu->actions())
        if (action->isChecked()) ticked << action->data().toString();
    m_languages->setText(tr("Languages (%1)").arg(ticked.size()));
    m_ticked = ticked;
    if (m_settings) m_settings->setValue(ticked_key, ticked);
    m_model->setLanguages(ticked);
    Q_EMIT changed();
}

QStringList ParallelPicker::tickedLanguages() const
{
    return m_ticked;
}

const ParallelSentence* ParallelPicker::chosen() const
{
    const auto row = m_found->mapToSource(m_list->currentIndex());
    return row.isValid() ? &(*m_model->sentences())[static_cast<size_t>(row.row())] : nullptr;
}

std::vector<ProbedSentence> ParallelPicker::sentences() const
{
    std::vector<ProbedSentence> out;
    const auto* sentence = chosen();
    if (!sentence) return out;
    for (const auto& language : m_ticked)
        if (const auto found = sentence->texts.find(language.toStdString()); found != sentence->texts.end())
            out.push_back({fromUtf8(found->second), language, {}});
    return out;
}

} // namespace sy
