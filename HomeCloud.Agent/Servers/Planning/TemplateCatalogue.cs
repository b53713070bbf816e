using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>The templates we carry, and those in the user's folder, which win. The folder is read anew each time: it is small, and then edits count at once.</summary>
public sealed partial class TemplateCatalogue(string folder, ILogger<TemplateCatalogue> logger)
{
    /// <summary>The template for a name alone.</summary>
    public const string Default = "ssh";
    private static readonly ImmutableSortedDictionary<string, ServerTemplate> BuiltIn = ReadBuiltIn();

    public ImmutableSortedDictionary<string, ServerTemplate> All()
    {
        if (!Directory.Exists(folder))
            return BuiltIn;

        var all = BuiltIn.ToBuilder();
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var id = Path.GetFileNameWithoutExtension(path).ToLowerInvariant();
            try
            {
                if (Parse(id, File.ReadAllText(path)) is { } template && IdRule().IsMatch(id))
                {
                    all[id] = template;
                }
                else
                {
                    LogUnusable(path, "the file name must be letters, digits and hyphens, and \"image\" must be set");
                }
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                LogUnusable(path, e.Message);
            }
        }

        return all.ToImmutable();
    }

    public ServerTemplate? Find(string id) => All().GetValueOrDefault(id);

    internal static ServerTemplate? Parse(string id, string json)
    {
        var template = JsonSerializer.Deserialize(json, TemplateJson.Default.ServerTemplate);
        return template is null || template.Image.Length == 0
            ? null
            : template with { Id = id, Title = template.Title.Length == 0 ? id : template.Title };
    }

    private static ImmutableSortedDictionary<string, ServerTemplate> ReadBuiltIn()
    {
        const string Prefix = "templates/";
        var assembly = Assembly.GetExecutingAssembly();
        var all = ImmutableSortedDictionary.CreateBuilder<string, ServerTemplate>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var id = Path.GetFileNameWithoutExtension(resource[Prefix.Length..]);
            all[id] = Parse(id, reader.ReadToEnd()) ?? throw new InvalidOperationException($"The built-in template {id} is not complete.");
        }

        return all.ToImmutable();
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,40}\z")]
    private static partial Regex IdRule();

    [LoggerMessage(LogLevel.Warning, "Template {Path}: ignored: {Reason}")]
    private partial void LogUnusable(string path, string reason);

    [JsonSourceGenerationOptions(
        JsonSerializerDefaults.Web, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(ServerTemplate))]
    private sealed partial class TemplateJson : JsonSerializerContext;
}
