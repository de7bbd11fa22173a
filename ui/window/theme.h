// Light and dark: chosen, or following the desktop.
#pragma once

#include <QDBusVariant>
#include <QObject>
#include <QPalette>

#include <optional>

namespace sy {

enum class Appearance { System, Light, Dark };

/// Sets the application's style and palette, and again when the desktop changes its mind. Qt 6.4 has no colour-scheme
/// hint: the desktop portal (org.freedesktop.appearance color-scheme) is asked over D-Bus; where there is none, the
/// palette that Qt found at the start decides.
class Theme : public QObject {
    Q_OBJECT

public:
    explicit Theme(QObject* parent = nullptr);

    Appearance appearance() const { return m_appearance; }
    void setAppearance(Appearance appearance);
    bool dark() const;

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void portalChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    void listen();
    void apply();

    Appearance m_appearance = Appearance::System;
    bool m_started_dark;
    std::optional<bool> m_portal_dark; ///< empty: no portal, or it has no preference
};

/// The two palettes, for Qt's Fusion style.
QPalette lightPalette();
QPalette darkPalette();

} // namespace sy
