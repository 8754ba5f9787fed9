namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>
/// A page or endpoint that keeps to the tenant of who asks. One without it is closed to tenants, so a page that forgets them shows them nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TenantPageAttribute : Attribute;
