#include "ui/charts/chart_options.h"

#include "ui/models/flow_layout.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>

namespace sy {

namespace {

constexpr XKind kinds[] = {XKind::Step, XKind::Tokens, XKind::Flops, XKind::WallTime, XKind::ProcessTime};
constexpr int weight_steps = 999; ///< of the slider: 0 to 0.999

const QString key_x = QStringLiteral("charts/x"), key_x_log = QStringLiteral("charts/x_log"),
              key_y_log = QStringLiteral("charts/y_log"), key_outliers = QStringLiteral("charts/outliers_hidden"),
              key_current = QStringLiteral("charts/current_always"), key_smoothing = QStringLiteral("charts/smoothing");

/// Widgets that stay together where the bar breaks.
QWidget* group(const QList<QWidget*>& widgets)
{
    auto* all = new QWidget;
    auto* row = new QHBoxLayout(all);
    row->setContentsMargins(0, 0, 0, 0);
    for (QWidget* widget : widgets) row->addWidget(widget);
    return all;
}

} // namespace

ChartOptions loadChartOptions(const QSettings* settings)
{
    ChartOptions out;
    if (!settings) return out;
    const int kind = settings->value(key_x, 0).toInt();
    if (kind >= 0 && kind < static_cast<int>(std::size(kinds))) out.x = kinds[kind];
    out.x_log = settings->value(key_x_log, out.x_log).toBool();
    out.y_log = settings->value(key_y_log, out.y_log).toBool();
    out.outliers_hidden = settings->value(key_outliers, out.outliers_hidden).toBool();
    out.current_always = settings->value(key_current, out.current_always).toBool();
    const double weight = settings->value(key_smoothing, 0).toDouble();
    out.smoothing = weight > 0 ? std::min(weight, 0.999) : 0;
    return out;
}

void saveChartOptions(QSettings* settings, const ChartOptions& options)
{
    if (!settings) return;
    settings->setValue(key_x, static_cast<int>(std::find(std::begin(kinds), std::end(kinds), options.x) - kinds));
    settings->setValue(key_x_log, options.x_log);
    settings->setValue(key_y_log, options.y_log);
    settings->setValue(key_outliers, options.outliers_hidden);
    settings->setValue(key_current, options.current_always);
    settings->setValue(key_smoothing, options.smoothing);
}

ChartOptionsBar::ChartOptionsBar(const ChartOptions& options, QWidget* parent)
    : QWidget(parent), m_options(options), m_x(new QComboBox), m_smoothing(new QSlider(Qt::Horizontal)),
      m_weight(new QLabel)
{
    auto* row = new FlowLayout(this, 4);
    row->setContentsMargins(0, 0, 0, 0);
    makeX(row);
    makeSmoothing(row);
    row->addWidget(check("logY", tr("Log y"), tr("Logarithmic y axis in every chart"), &ChartOptions::y_log));
    row->addWidget(check("logX", tr("Log x"), tr("Logarithmic x axis in every chart"), &ChartOptions::x_log));
    row->addWidget(check("hideOutliers", tr("Hide outliers"),
                         tr("The y range leaves out values more than 1.5 quartile distances below the first or above "
                            "the third quartile (Tukey's fences); a badge counts them."),
                         &ChartOptions::outliers_hidden));
    row->addWidget(check("currentAlways", tr("Current run"), tr("The current run is shown even where it is not ticked"),
                         &ChartOptions::current_always));
    show(options);
}

void ChartOptionsBar::makeX(QLayout* row)
{
    m_x->setObjectName(QStringLiteral("xKind"));
    m_x->setToolTip(tr("What the x axis counts"));
    m_x->setAccessibleName(tr("x axis"));
    for (const XKind kind : kinds) {
        m_x->addItem(xLabel(kind));
        m_x->setItemData(m_x->count() - 1, xDefinition(kind), Qt::ToolTipRole);
    }
    connect(m_x, &QComboBox::currentIndexChanged, this, [this](int index) {
        ChartOptions options = m_options;
        options.x = kinds[std::clamp(index, 0, static_cast<int>(std::size(kinds)) - 1)];
        setOptions(options);
    });
    auto* label = new QLabel(tr("&x:"));
    label->setBuddy(m_x);
    row->addWidget(group({label, m_x}));
}

void ChartOptionsBar::makeSmoothing(QLayout* row)
{
    const QString tip = tr("Debiased exponential moving average: m_t = w m_(t-1) + (1 - w) v_t, shown is "
                           "m_t / (1 - w^t), over the recorded points. The raw line stays, faint. w = 0 is off.");
    m_smoothing->setObjectName(QStringLiteral("smoothing"));
    m_smoothing->setRange(0, weight_steps);
    m_smoothing->setPageStep(50);
    m_smoothing->setFixedWidth(QFontMetrics(font()).averageCharWidth() * 16);
    m_smoothing->setAccessibleName(tr("Smoothing weight"));
    m_weight->setMinimumWidth(QFontMetrics(font()).horizontalAdvance(QStringLiteral("0.999 ")));
    auto* label = new QLabel(tr("&Smoothing:"));
    label->setBuddy(m_smoothing);
    QWidget* all = group({label, m_smoothing, m_weight});
    all->setToolTip(tip);
    row->addWidget(all);
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        ChartOptions options = m_options;
        options.smoothing = value / 1000.0;
        setOptions(options);
    });
}

QCheckBox* ChartOptionsBar::check(const char* name, const QString& text, const QString& tip, bool ChartOptions::*option)
{
    auto* box = new QCheckBox(text);
    box->setObjectName(QLatin1String(name));
    box->setToolTip(tip);
    connect(box, &QCheckBox::toggled, this, [this, option](bool on) {
        ChartOptions options = m_options;
        options.*option = on;
        setOptions(options);
    });
    m_checks.append({box, option});
    return box;
}

void ChartOptionsBar::show(const ChartOptions& options)
{
    const QSignalBlocker quiet_x(m_x), quiet_smoothing(m_smoothing);
    m_x->setCurrentIndex(static_cast<int>(std::find(std::begin(kinds), std::end(kinds), options.x) - kinds));
    m_smoothing->setValue(static_cast<int>(options.smoothing * 1000 + 0.5));
    m_weight->setText(options.smoothing > 0 ? QLocale().toString(options.smoothing, 'f', 3) : tr("off"));
    for (const auto& [box, option] : m_checks) {
        const QSignalBlocker quiet(box);
        box->setChecked(options.*option);
    }
}

void ChartOptionsBar::setOptions(const ChartOptions& options)
{
    if (options == m_options) return;
    m_options = options;
    show(options);
    Q_EMIT optionsChanged(options);
}

} // namespace sy
