// Light and dark after the desktop's portal, which this test plays on a session bus of its own.
#include "ui/window/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QSignalSpy>
#include <QTest>

using namespace sy;

namespace {

/// org.freedesktop.portal.Settings with one setting.
class Portal : public QDBusVirtualObject {
public:
    /// On a connection of its own, as another process would be.
    QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, "portal");
    uint scheme = 0;

    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override
    {
        if (message.interface() != "org.freedesktop.portal.Settings" || message.member() != "Read") return false;
        if (message.arguments() != QVariantList{"org.freedesktop.appearance", "color-scheme"}) return false;
        // The portal's Read wraps its value twice.
        const QDBusVariant inner{QVariant(scheme)};
        return connection.send(message.createReply(QVariant::fromValue(QDBusVariant(QVariant::fromValue(inner)))));
    }
    void change(uint to)
    {
        scheme = to;
        auto signal = QDBusMessage::createSignal("/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings",
                                                 "SettingChanged");
        signal.setArguments({"org.freedesktop.appearance", "color-scheme", QVariant::fromValue(QDBusVariant(to))});
        bus.send(signal);
    }
};

} // namespace

class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void followsThePortalUntilAPersonChooses()
    {
        Portal portal;
        auto& bus = portal.bus;
        if (!bus.isConnected()) QSKIP("no session bus: start it under dbus-run-session");
        portal.scheme = 1;
        QVERIFY(bus.registerVirtualObject("/org/freedesktop/portal/desktop", &portal));
        QVERIFY(bus.registerService("org.freedesktop.portal.Desktop"));
        Theme theme;
        theme.setAppearance(Appearance::System);
        QTRY_VERIFY(theme.dark());
        QTest::qWait(50); // until the bus knows that somebody listens
        QCOMPARE(QApplication::palette().color(QPalette::Window), darkPalette().color(QPalette::Window));
        portal.change(2);
        QTRY_VERIFY(!theme.dark());
        QCOMPARE(QApplication::palette().color(QPalette::Window), lightPalette().color(QPalette::Window));
        theme.setAppearance(Appearance::Dark);
        portal.change(1);
        portal.change(2);
        QSignalSpy changed(&theme, &Theme::changed);
        QTRY_VERIFY(changed.count() > 0);
        QVERIFY(theme.dark());
        bus.unregisterObject("/org/freedesktop/portal/desktop");
    }

    void withoutAPortalThePaletteOfTheStartDecides()
    {
        Theme theme;
        theme.setAppearance(Appearance::System);
        const bool dark = theme.dark();
        QTest::qWait(50);
        QCOMPARE(theme.dark(), dark);
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
