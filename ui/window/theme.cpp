#include "ui/window/theme.h"

#include "ui/models/palette.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QStyleOption>

namespace sy {

namespace {

constexpr const char* portal_service = "org.freedesktop.portal.Desktop";
constexpr const char* portal_path = "/org/freedesktop/portal/desktop";
constexpr const char* portal_interface = "org.freedesktop.portal.Settings";
constexpr const char* appearance_space = "org.freedesktop.appearance";
constexpr const char* scheme_key = "color-scheme";

/// 1 = prefers dark, 2 = prefers light, 0 = no preference. The value may be wrapped twice.
std::optional<bool> darkOf(QVariant value)
{
    while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
    const uint scheme = value.toUInt();
    if (scheme == 1) return true;
    return scheme == 2 ? std::optional(false) : std::nullopt;
}

/// Fusion draws the frames of check boxes and menus darker than the window: on a dark one they vanish.
class FramedStyle : public QProxyStyle {
public:
    FramedStyle() : QProxyStyle(QStyleFactory::create("Fusion")) {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override
    {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        const bool box = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
        if ((!box && element != PE_PanelMenu) || !isDark(option->palette)) return;
        painter->save();
        painter->setBrush(Qt::NoBrush);
        QColor frame = option->palette.color(QPalette::PlaceholderText);
        if (!box) frame.setAlphaF(0.5F); // large: a quieter line will do
        painter->setPen(frame);
        painter->drawRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5));
        painter->restore();
    }
};

struct Shades {
    QRgb window, base, alternate, text, button, bright, highlight, highlighted, link, faint, tip;
};

QPalette paletteOf(const Shades& shades)
{
    QPalette palette;
    palette.setColor(QPalette::Window, shades.window);
    palette.setColor(QPalette::WindowText, shades.text);
    palette.setColor(QPalette::Base, shades.base);
    palette.setColor(QPalette::AlternateBase, shades.alternate);
    palette.setColor(QPalette::ToolTipBase, shades.tip);
    palette.setColor(QPalette::ToolTipText, shades.text);
    palette.setColor(QPalette::Text, shades.text);
    palette.setColor(QPalette::Button, shades.button);
    palette.setColor(QPalette::ButtonText, shades.text);
    palette.setColor(QPalette::BrightText, shades.bright);
    palette.setColor(QPalette::Link, shades.link);
    palette.setColor(QPalette::LinkVisited, shades.link);
    palette.setColor(QPalette::Highlight, shades.highlight);
    palette.setColor(QPalette::HighlightedText, shades.highlighted);
    palette.setColor(QPalette::PlaceholderText, shades.faint);
    const QColor button(shades.button);
    palette.setColor(QPalette::Light, button.lighter(115));
    palette.setColor(QPalette::Midlight, button.lighter(107));
    palette.setColor(QPalette::Mid, button.darker(120));
    palette.setColor(QPalette::Dark, button.darker(150));
    palette.setColor(QPalette::Shadow, button.darker(220));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, shades.faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, button.darker(110));
    return palette;
}

} // namespace

QPalette lightPalette()
{
    return paletteOf({0xfff3f4f6, 0xffffffff, 0xfff7f8fa, 0xff1d2126, 0xffeceef1, 0xffb82c1a, 0xff1f6fb5, 0xffffffff,
                      0xff005fa3, 0xff868c95, 0xfffdfdf4});
}

QPalette darkPalette()
{
    return paletteOf({0xff2b2e34, 0xff17191c, 0xff1d1f23, 0xffe4e6ea, 0xff383c43, 0xffff7b6b, 0xff2f6fb0, 0xffffffff,
                      0xff5cb0f0, 0xff8b9098, 0xff34383f});
}

Theme::Theme(QObject* parent) : QObject(parent), m_started_dark(isDark(QApplication::palette()))
{
    QApplication::setStyle(new FramedStyle);
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    auto call = QDBusMessage::createMethodCall(portal_service, portal_path, portal_interface, "Read");
    call.setArguments({appearance_space, scheme_key});
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call, 2000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        listen(); // only now: Qt forgets what is asked of a bus before that has answered once
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isError()) return; // no portal: what Qt found stays
        m_portal_dark = darkOf(QVariant::fromValue(reply.value()));
        apply();
    });
}

void Theme::listen()
{
    // Spaces in the signature would keep D-Bus from finding the slot.
    const QByteArray slot = '1' + QMetaObject::normalizedSignature("portalChanged(QString, QString, QDBusVariant)");
    QDBusConnection::sessionBus().connect(portal_service, portal_path, portal_interface, "SettingChanged", this,
                                          slot.constData());
}

void Theme::setAppearance(Appearance appearance)
{
    m_appearance = appearance;
    apply();
}

bool Theme::dark() const
{
    if (m_appearance != Appearance::System) return m_appearance == Appearance::Dark;
    return m_portal_dark.value_or(m_started_dark);
}

void Theme::portalChanged(const QString& space, const QString& key, const QDBusVariant& value)
{
    if (space != QLatin1String(appearance_space) || key != QLatin1String(scheme_key)) return;
    m_portal_dark = darkOf(value.variant());
    apply();
}

void Theme::apply()
{
    QApplication::setPalette(dark() ? darkPalette() : lightPalette());
    Q_EMIT changed();
}

} // namespace sy
