using MudBlazor;

namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>Colours and shapes in both themes. Text on every surface has a contrast of at least 4.5.</summary>
internal static class DashboardTheme
{
    private const string Sans =
        "Inter, 'Segoe UI', 'Helvetica Neue', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'DejaVu Sans', Arial, sans-serif";

    /// <summary>Series of a chart, told apart in both themes and by most people who see few colours.</summary>
    public static string[] Series { get; } = ["#3b82f6", "#f59e0b", "#10b981", "#a855f7", "#ef4444", "#06b6d4", "#84cc16", "#ec4899"];

    /// <summary>The theme.</summary>
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#1d4ed8", Secondary = "#0f766e", Info = "#0369a1", Success = "#15803d", Warning = "#b45309", Error = "#b91c1c",
            Background = "#f6f7f9", Surface = "#ffffff", DrawerBackground = "#0f172a", DrawerText = "#cbd5e1", DrawerIcon = "#cbd5e1",
            TextPrimary = "#111827", TextSecondary = "#4b5563", Divider = "#e5e7eb", LinesDefault = "#e5e7eb", TableLines = "#eef0f3",
            TableHover = "#f8fafc", BackgroundGray = "#f1f3f6",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#93b4ff", PrimaryContrastText = "#0b1220", Secondary = "#5eead4", Info = "#7dd3fc", Success = "#6ee7a0",
            Warning = "#fbbf5d", Error = "#fca5a5", ErrorContrastText = "#1f0a0a",
            Background = "#0b1018", Surface = "#131a26", DrawerBackground = "#0a0e16", DrawerText = "#b6c2d4", DrawerIcon = "#b6c2d4",
            TextPrimary = "#e6ebf2", TextSecondary = "#a3b0c2", Divider = "#243044", LinesDefault = "#243044", TableLines = "#1d2738",
            TableHover = "#182131", BackgroundGray = "#182131",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Sans.Split(", "), FontSize = "0.875rem" } },
    };
}
