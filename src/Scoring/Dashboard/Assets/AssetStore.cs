using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Pipeline.Scoring.Dashboard.Appearance;

namespace Pipeline.Scoring.Dashboard.Assets;

/// <summary>Style sheets, scripts and images, from the program itself. An address carries the content's hash, so browsers keep it for good.</summary>
internal sealed class AssetStore
{
    private const string Folder = "assets/";
    private readonly FrozenDictionary<string, Asset> _assets;

    private AssetStore(IEnumerable<Asset> assets) => _assets = assets.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>Reads what is embedded and renders the themes.</summary>
    public static AssetStore Load(IServiceProvider services)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var embedded = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => new Asset(name[Folder.Length..], Bytes(assembly, name)));
        return new AssetStore([
            .. embedded,
            // Rendering these two components waits for nothing.
            new Asset("theme-light.css", ThemeSheet.RenderAsync(services, dark: false).GetAwaiter().GetResult()),
            new Asset("theme-dark.css", ThemeSheet.RenderAsync(services, dark: true).GetAwaiter().GetResult()),
        ]);
    }

    /// <summary>Address of a file.</summary>
    public string Address(string name) => $"/assets/{name}?v={_assets[name].Version}";

    /// <summary>Serves them to everybody: the log-in page needs them.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/assets/{name}", (string name, HttpContext context, AssetStore store) =>
    {
        if (!store._assets.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            return Results.Bytes(asset.Content, asset.Type);
        }

        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(asset.Compressed, asset.Type);
    }).AllowAnonymous();

    private static byte[] Bytes(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The program has no resource '{name}'.");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private sealed class Asset
    {
        public Asset(string name, byte[] content)
        {
            (Name, Content) = (name, content);
            Version = Convert.ToHexString(SHA256.HashData(content))[..12].ToLowerInvariant();
            Type = Path.GetExtension(name) switch { ".css" => "text/css", ".js" => "text/javascript", _ => "image/svg+xml" };
            using var buffer = new MemoryStream();
            using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            {
                gzip.Write(content);
            }

            Compressed = buffer.ToArray();
        }

        public string Name { get; }

        public string Version { get; }

        public string Type { get; }

        public byte[] Content { get; }

        public byte[] Compressed { get; }
    }
}
