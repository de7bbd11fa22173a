#include "ui/causes/experts_panel.h"

#include "ui/causes/effect_models.h"
#include "ui/causes/effects_runner.h"
#include "ui/models/palette.h"
#include "ui/models/routing_focus.h"
#include "ui/plots/bar_chart.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>

#include <cmath>

namespace sy {

ExpertsPanel::ExpertsPanel(const PageContext& context, EffectsRunner* runner, QWidget* parent)
    : QWidget(parent), m_context(context), m_runner(runner), m_splitter(new QSplitter(Qt::Vertical)),
      m_model(new InterventionModel(this)), m_language_model(new LanguageEffectModel(this)),
      m_sorted(new QSortFilterProxyModel(this))
{
    setObjectName("expertsPanel");
    auto* layout = new QVBoxLayout(this);
    const int gap = fontMetrics().height() / 3;
    layout->setContentsMargins(0, gap, 0, 0);
    layout->setSpacing(gap);
    layout->addWidget(makeBar());
    m_splitter->addWidget(makeTables());
    m_splitter->addWidget(makeChart());
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
    layout->addWidget(m_splitter, 1);
    setReady(false);
    connect(m_runner, &EffectsRunner::changed, this, &ExpertsPanel::showResults);
    connect(context.focus, &RoutingFocus::expertChanged, this, &ExpertsPanel::followFocus);
    connect(context.focus, &RoutingFocus::layerChanged, this, &ExpertsPanel::followFocus);
    connect(context.focus, &RoutingFocus::indexChanged, this, &ExpertsPanel::fillExperts);
    connect(context.focus, &RoutingFocus::languageChanged, this, &ExpertsPanel::followLanguage);
    fillExperts();
    showResults();
}

void ExpertsPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_chart) fillChart();
}

QString ExpertsPanel::layer() const
{
    const auto& focus = *m_context.focus;
    return focus.layer() >= 0 ? focus.index()->layers.value(focus.layer()) : QString();
}

int ExpertsPanel::expert() const
{
    return m_expert->currentIndex();
}

void ExpertsPanel::fillExperts()
{
    const int experts = m_context.focus->index()->experts;
    for (auto* box : {m_expert, m_other}) {
        if (box->count() == experts) continue;
        const int before = box->currentIndex();
        box->clear();
        for (int e = 0; e < experts; ++e) {
            QPixmap mark(fontMetrics().height() * 2 / 3, fontMetrics().height() * 2 / 3);
            mark.fill(expertColour(e, experts));
            box->addItem(QIcon(mark), QStringLiteral("e%1").arg(e));
        }
        box->setCurrentIndex(before >= 0 && before < experts ? before : box == m_other && experts > 1 ? 1 : 0);
    }
    followFocus();
}

void ExpertsPanel::setLoads(std::map<QString, std::vector<double>> loads)
{
    m_loads = std::move(loads);
    showResults();
}

void ExpertsPanel::setReady(bool ready)
{
    for (auto* action : m_actions) action->setEnabled(ready);
}

Cause ExpertsPanel::cause(Cause::Kind kind, int expert) const
{
    Cause out;
    out.kind = kind;
    out.layer = layer();
    out.expert = expert;
    return out;
}

std::vector<Cause> ExpertsPanel::withRandom(int expert) const
{
    std::vector<Cause> all{cause(Cause::Kind::Ablate, expert)};
    for (int seed = 1; seed <= m_seeds->value(); ++seed) {
        all.push_back(cause(Cause::Kind::Random, expert));
        all.back().seed = seed;
    }
    return all;
}

void ExpertsPanel::evaluate(std::vector<Cause> causes)
{
    if (layer().isEmpty()) return;
    m_wanted = causes.front();
    select(*m_wanted); // where it is known already
    m_runner->want(causes);
}

void ExpertsPanel::ablate()
{
    evaluate(withRandom(expert()));
}

void ExpertsPanel::force()
{
    evaluate({cause(Cause::Kind::Force, expert())});
}

void ExpertsPanel::swap()
{
    auto swapped = cause(Cause::Kind::Swap, std::min(expert(), m_other->currentIndex()));
    swapped.other = std::max(expert(), m_other->currentIndex());
    if (swapped.expert != swapped.other) evaluate({swapped});
}

void ExpertsPanel::ablateEvery()
{
    std::vector<Cause> all;
    for (int e = 0; e < m_context.focus->index()->experts; ++e)
        for (auto& one : withRandom(e)) all.push_back(std::move(one));
    m_by->setCurrentIndex(1);
    m_table->sortByColumn(InterventionModel::ChangeColumn, Qt::DescendingOrder);
    evaluate(std::move(all));
}

void ExpertsPanel::showResults()
{
    m_model->show(m_runner->effects(), m_loads);
    if (m_wanted && m_model->rowOf(*m_wanted) >= 0) {
        select(*m_wanted);
        m_wanted.reset();
    }
    m_language_model->show(m_runner->effects(), chosen().value_or(Cause{}));
    followLanguage();
    fillChart();
}

std::optional<Cause> ExpertsPanel::chosen() const
{
    const auto row = m_sorted->mapToSource(m_table->currentIndex());
    return row.isValid() ? std::optional(m_model->cause(row.row())) : std::nullopt;
}

void ExpertsPanel::select(const Cause& cause)
{
    const int row = m_model->rowOf(cause);
    if (row < 0) return;
    const auto index = m_sorted->mapFromSource(m_model->index(row, 0));
    if (m_table->currentIndex().row() == index.row()) return;
    m_table->setCurrentIndex(index);
}

void ExpertsPanel::chosenChanged()
{
    const auto cause = chosen();
    m_language_model->show(m_runner->effects(), cause.value_or(Cause{}));
    followLanguage();
    fillChart();
    if (!cause || m_following || cause->kind == Cause::Kind::Capacity) return;
    auto& focus = *m_context.focus;
    m_following = true;
    if (const auto place = focus.index()->layers.indexOf(cause->layer); place >= 0)
        focus.setLayer(static_cast<int>(place));
    if (focus.expert() != cause->expert) focus.setExpert(cause->expert);
    m_following = false;
}

void ExpertsPanel::followFocus()
{
    const int wanted = m_context.focus->expert();
    if (wanted >= 0 && wanted < m_expert->count()) m_expert->setCurrentIndex(wanted);
    const auto shown = chosen();
    const bool other = !shown || shown->layer != layer() || shown->expert != wanted;
    if (!m_following && wanted >= 0 && other) {
        m_following = true;
        select(cause(Cause::Kind::Ablate, wanted));
        m_following = false;
    }
    fillChart();
}

void ExpertsPanel::followLanguage()
{
    const auto& focus = *m_context.focus;
    const QString wanted = focus.language() >= 0 ? focus.index()->languages.value(focus.language()) : QString();
    for (int row = 0; row < m_language_model->rowCount(); ++row) {
        if (m_language_model->language(row) != wanted) continue;
        const auto* sorted = static_cast<const QSortFilterProxyModel*>(m_languages->model());
        const auto index = sorted->mapFromSource(m_language_model->index(row, 0));
        if (m_languages->currentIndex().row() != index.row()) m_languages->setCurrentIndex(index);
    }
}

void ExpertsPanel::fillChart()
{
    if (m_by->currentIndex() == 0)
        chartByLanguage();
    else
        chartByExpert();
}

void ExpertsPanel::chartByLanguage()
{
    const auto& effects = m_runner->effects();
    const auto cause = chosen();
    m_chart->setCategoryAxis(tr("Language"));
    const double nothing = std::nan("");
    if (!cause || !effects.find(*cause)) return m_chart->setBars({}, {});
    QStringList categories{tr("all")};
    categories += effects.languages();
    BarSeries changes{cause->text(), expertColour(std::max(cause->expert, 0), m_context.focus->index()->experts), {}};
    if (cause->kind == Cause::Kind::Capacity) changes.colour = stateColours(palette()).accent;
    BarSeries random{tr("Random tokens"), stateColours(palette()).faint, {}};
    for (int i = 0; i < categories.size(); ++i) {
        const QString language = i == 0 ? QString() : categories[i];
        changes.values.push_back(effects.change(*cause, language).value_or(nothing));
        const auto one = effects.randomChange(cause->layer, cause->expert, language);
        random.values.push_back(one ? one->mean : nothing);
    }
    QVector<BarSeries> series{changes};
    if (cause->kind == Cause::Kind::Ablate && effects.randomChange(cause->layer, cause->expert)) series << random;
    m_chart->setBars(categories, series);
}

void ExpertsPanel::chartByExpert()
{
    const auto& effects = m_runner->effects();
    m_chart->setCategoryAxis(tr("Expert of %1").arg(layer()));
    QStringList categories;
    BarSeries ablated{tr("Ablated"), stateColours(palette()).accent, {}};
    BarSeries random{tr("Random tokens"), stateColours(palette()).faint, {}};
    bool any = false;
    for (int e = 0; e < m_context.focus->index()->experts; ++e) {
        categories << QStringLiteral("e%1").arg(e);
        const auto change = effects.change(cause(Cause::Kind::Ablate, e));
        const auto by_chance = effects.randomChange(layer(), e);
        any = any || change;
        ablated.values.push_back(change.value_or(std::nan("")));
        random.values.push_back(by_chance ? by_chance->mean : std::nan(""));
    }
    m_chart->setBars(any ? categories : QStringList(), {ablated, random});
}

} // namespace sy
