#include "ui/routing/language_matrix_panel.h"

#include "ui/models/flow_layout.h"
#include "ui/models/page_actions.h"
#include "ui/models/routing_focus.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/plots/heat_map.h"

#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace sy {

LanguageMatrixPanel::LanguageMatrixPanel(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_where(plainLabel("languageMatrixSource", {}, this)),
      m_map(new HeatMap(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(makeBar());
    layout->addWidget(m_map, 1);
    m_map->setObjectName("languageMatrix");
    m_where->setWordWrap(false);
    RoutingFocus* focus = m_context.focus;
    connect(focus, &RoutingFocus::runChanged, this, &LanguageMatrixPanel::startOver);
    connect(focus, &RoutingFocus::indexChanged, this, &LanguageMatrixPanel::sync);
    connect(focus, &RoutingFocus::stepChanged, this, &LanguageMatrixPanel::sync);
    connect(focus, &RoutingFocus::layerChanged, this, [this] { showPicture(false); });
    connect(focus, &RoutingFocus::expertChanged, this, &LanguageMatrixPanel::showSelection);
    connect(focus, &RoutingFocus::languageChanged, this, &LanguageMatrixPanel::showSelection);
    connect(m_map, &HeatMap::cellChosen, this, &LanguageMatrixPanel::choose);
    connect(m_map, &HeatMap::rowChosen, this, [this](int row) { choose(row, -1); });
    connect(m_map, &HeatMap::columnChosen, this, [this](int column) { choose(-1, column); });
    connect(m_map, &HeatMap::selectionCleared, this, [focus] {
        focus->setExpert(-1);
        focus->setLanguage(-1);
    });
    showPicture(true);
}

QComboBox* LanguageMatrixPanel::combo(const char* name, const QStringList& texts, const QString& tip)
{
    auto* box = new QComboBox(this);
    box->setObjectName(QLatin1String(name));
    box->addItems(texts);
    box->setToolTip(tip);
    box->setAccessibleName(tip);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setCurrentIndex(std::clamp(
        m_context.settings->value(QLatin1String("languages/") + QLatin1String(name), 0).toInt(), 0, box->count() - 1));
    return box;
}

QWidget* LanguageMatrixPanel::makeBar()
{
    auto* bar = new QWidget(this);
    auto* row = new FlowLayout(bar);
    QStringList kinds;
    for (const auto kind :
         {MatrixKind::ExpertGivenLanguage, MatrixKind::Lift, MatrixKind::Counts, MatrixKind::LanguageGivenExpert})
        kinds << nameOf(kind);
    m_kind = combo("matrixKind", kinds, tr("What the cells show"));
    m_rows = combo("matrixRows", {tr("rows by family"), tr("rows by similarity"), tr("rows by code")},
                   tr("Order of the languages. By similarity: as it was when chosen; choose it again to sort anew"));
    m_columns = combo("matrixColumns", {tr("experts by index"), tr("experts by similarity")},
                      tr("Order of the experts. By similarity: as it was when chosen; choose it again to sort anew"));
    m_source =
        combo("matrixSource", {tr("training text"), tr("validation text")},
              tr("Training: the routing window that ends at the shown step. Validation: the sequences of the last "
                 "evaluation by then"));
    addChoiceActions(*this, *m_kind, tr("Language matrix"), {Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4});
    addChoiceActions(*this, *m_rows, tr("Language matrix"));
    addChoiceActions(*this, *m_columns, tr("Language matrix"));
    addChoiceActions(*this, *m_source, tr("Language matrix"));
    for (QWidget* one : std::initializer_list<QWidget*>{m_kind, m_rows, m_columns, m_source, m_where})
        row->addWidget(one);
    connect(m_kind, &QComboBox::activated, this, [this] {
        saveChoices();
        showPicture(false);
    });
    for (QComboBox* box : {m_rows, m_columns})
        connect(box, &QComboBox::activated, this, [this] {
            saveChoices();
            showPicture(true);
        });
    connect(m_source, &QComboBox::activated, this, [this] {
        saveChoices();
        sync();
    });
    return bar;
}

void LanguageMatrixPanel::saveChoices() const
{
    for (const QComboBox* box : {m_kind, m_rows, m_columns, m_source})
        m_context.settings->setValue(QLatin1String("languages/") + box->objectName(), box->currentIndex());
}

void LanguageMatrixPanel::setActive(bool active)
{
    m_active = active;
    sync();
}

void LanguageMatrixPanel::startOver()
{
    m_asked.reset();
    m_slot.forgetNext();
    m_picture = {};
    m_problem.clear();
    m_ordered_layer = -1;
    showPicture(true);
}

/// What was asked for, or the other where only that was recorded.
CountSource LanguageMatrixPanel::source() const
{
    const RoutingIndex& index = *m_context.focus->index();
    const bool validation = m_source->currentIndex() == 1;
    if (validation && index.evaluation_steps.empty()) return CountSource::Training;
    if (!validation && index.window_steps.empty()) return CountSource::Validation;
    return validation ? CountSource::Validation : CountSource::Training;
}

std::optional<LanguageMatrixPanel::Request> LanguageMatrixPanel::wanted() const
{
    const RoutingIndex& index = *m_context.focus->index();
    if (index.run.isEmpty() || index.layers.isEmpty()) return {};
    Request out{index.run, index.rewinds, source(), -1, {}, static_cast<size_t>(index.layers.size()), {}};
    const int64_t shown = m_context.focus->shownStep();
    const auto& steps = out.source == CountSource::Training ? index.window_steps : index.evaluation_steps;
    const auto step = RoutingIndex::atOrBefore(steps, shown);
    if (!step) return {};
    out.step = *step;
    out.evaluation = RoutingIndex::atOrBefore(index.evaluation_steps, shown);
    for (const QString& code : index.languages) out.languages.push_back(code.toStdString());
    return out;
}

void LanguageMatrixPanel::sync()
{
    if (!m_active) return;
    const auto request = wanted();
    if (!request) {
        showPicture(false);
        return;
    }
    if (m_asked == request) return;
    m_asked = request;
    m_slot.want([this] { readNow(); });
}

LanguageMatrixPanel::Picture LanguageMatrixPanel::read(const Store& store, const Request& request,
                                                       const std::vector<double>& losses)
{
    Picture out;
    const std::string run = request.run.toStdString();
    std::optional<Evaluation> evaluation;
    if (request.evaluation && losses.empty()) evaluation = store.evaluationAt(run, *request.evaluation);
    std::optional<LanguageTable> table;
    if (request.source == CountSource::Training)
        table = tableOfWindows(store.windowsAt(run, request.step), request.layers);
    else if (evaluation)
        table = tableOfEvaluation(*evaluation, request.layers, request.languages.size());
    out.table = std::make_shared<LanguageTable>(table.value_or(LanguageTable{}));
    if (!losses.empty()) {
        out.losses = losses;
        out.loss_step = *request.evaluation;
        return out;
    }
    out.losses.assign(request.languages.size(), std::nan(""));
    if (!evaluation) return out;
    out.loss_step = evaluation->step;
    for (const LanguageEvaluation& one : evaluation->languages) {
        const auto place = std::find(request.languages.begin(), request.languages.end(), one.language);
        if (place != request.languages.end())
            out.losses[static_cast<size_t>(place - request.languages.begin())] = one.cross_entropy;
    }
    return out;
}

void LanguageMatrixPanel::readNow()
{
    if (!m_asked) { // the run went meanwhile
        m_slot.finished();
        return;
    }
    const Request request = *m_asked;
    const auto end = [this, request](Picture picture, const QString& problem) {
        m_slot.finished(); // what is shown below says whether more is being read
        const RoutingIndex& index = *m_context.focus->index();
        if (request.run == index.run && request.rewinds == index.rewinds) {
            const bool same = m_picture.table && picture.table && m_picture.table->source == picture.table->source;
            m_picture = std::move(picture);
            m_problem = problem;
            showPicture(!same);
        }
    };
    // Many windows share an evaluation: its losses are read once.
    const bool known =
        request.source == CountSource::Training && request.evaluation && m_picture.loss_step == *request.evaluation;
    m_context.access->read(
        this,
        [request, losses = known ? m_picture.losses : std::vector<double>{}](const Store& store) {
            return read(store, request, losses);
        },
        [end](Picture picture) { end(std::move(picture), {}); }, [end](const QString& problem) { end({}, problem); });
}

QString LanguageMatrixPanel::sourceText() const
{
    const LanguageTable& table = *m_picture.table;
    const auto step = [](int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); };
    return table.source == CountSource::Training
               ? tr("steps %1 – %2").arg(step(table.first_step), step(table.last_step))
               : tr("evaluation at step %1").arg(step(table.last_step));
}

void LanguageMatrixPanel::showPicture(bool sort_again)
{
    const RoutingIndex& index = *m_context.focus->index();
    const int layer = m_context.focus->layer();
    const auto kind = static_cast<MatrixKind>(m_kind->currentIndex());
    m_map->setTitle(tr("%1, %2, %3").arg(index.name, index.layers.value(layer), nameOf(kind)));
    m_map->setDefinition(definitionOf(kind));
    if (!m_picture.table || !m_picture.table->has(layer)) {
        m_where->clear();
        m_map->setEmptyText(!m_problem.isEmpty() ? m_problem
                            : m_slot.busy()      ? tr("Reading ...")
                                                 : tr("No counts of this layer were recorded here."));
        m_map->setMatrix({});
        return;
    }
    if (sort_again || m_ordered_layer != layer ||
        m_order.experts.size() != static_cast<size_t>(m_picture.table->experts)) {
        m_order =
            tableOrder(*m_picture.table, layer, index.languages, static_cast<LanguageOrder>(m_rows->currentIndex()),
                       static_cast<ExpertOrder>(m_columns->currentIndex()));
        m_ordered_layer = layer;
    }
    HeatMatrix matrix = heatMatrixOf(*m_picture.table, layer, kind, m_order, index.languages, m_picture.losses);
    if (m_rows->currentIndex() != static_cast<int>(LanguageOrder::Family)) matrix.row_groups.clear();
    m_map->setMatrix(std::move(matrix));
    m_where->setText(sourceText());
    m_where->setToolTip(m_picture.loss_step < 0
                            ? tr("No evaluation yet: the loss of each language is not known.")
                            : tr("Loss per language: cross entropy of the evaluation at step %1. Drop: 1 - kept / "
                                 "choices of the window.")
                                  .arg(QLocale().toString(static_cast<qlonglong>(m_picture.loss_step))));
    showSelection();
}

void LanguageMatrixPanel::showSelection()
{
    const auto place = [](const std::vector<int64_t>& order, int index) {
        const auto found = std::find(order.begin(), order.end(), index);
        return index < 0 || found == order.end() ? -1 : static_cast<int>(found - order.begin());
    };
    m_map->setSelected(place(m_order.languages, m_context.focus->language()),
                       place(m_order.experts, m_context.focus->expert()));
}

/// A row or column, or a cell: the chosen one again means none.
void LanguageMatrixPanel::choose(int row, int column)
{
    RoutingFocus* focus = m_context.focus;
    const int language = row < 0 ? -1 : static_cast<int>(m_order.languages.at(static_cast<size_t>(row)));
    const int expert = column < 0 ? -1 : static_cast<int>(m_order.experts.at(static_cast<size_t>(column)));
    const bool cell = row >= 0 && column >= 0;
    const bool again = cell && language == focus->language() && expert == focus->expert();
    if (language >= 0 && (!cell || again || language != focus->language())) focus->setLanguage(language);
    if (expert >= 0 && (!cell || again || expert != focus->expert())) focus->setExpert(expert);
}

} // namespace sy
