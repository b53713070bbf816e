using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HomeCloud.Net.Files;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>Small JSON files that are either as before or as after, whenever the power goes, and carry the version of their layout.</summary>
internal static class DurableFile
{
    private const string VersionField = "version";

    /// <param name="path">Its folder is made when missing.</param>
    /// <param name="content">All of the file.</param>
    /// <param name="secret">Readable by its owner only.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool secret = false) => AtomicFile.Write(path, content, secret);

    /// <summary>
    /// Reads JSON whose layout has the version <paramref name="known"/> or an older one. A file that is not readable as such is
    /// moved to <paramref name="setAside"/>, and counts as missing.
    /// </summary>
    /// <exception cref="UnreadableFileException">It could not be set aside: going on would write over it.</exception>
    public static T? Read<T>(string path, int known, JsonTypeInfo<T> layout, out string? setAside)
        where T : class
    {
        setAside = null;
        try
        {
            return Parse(path, known, layout);
        }
        catch (UnreadableFileException problem)
        {
            try
            {
                setAside = AtomicFile.SetAside(path, "unreadable", TimeProvider.System);
                return null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw problem;
            }
        }
    }

    /// <summary>As <see cref="Read"/>, for files without which nobody may go on.</summary>
    /// <exception cref="UnreadableFileException">It is there and cannot be used.</exception>
    public static T? ReadOrRefuse<T>(string path, int known, JsonTypeInfo<T> layout)
        where T : class => Parse(path, known, layout);

    private static T? Parse<T>(string path, int known, JsonTypeInfo<T> layout)
        where T : class
    {
        try
        {
            var content = File.ReadAllBytes(path);
            using var document = JsonDocument.Parse(content);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(VersionField, out var field)
                && field.TryGetInt32(out var version) && version > known)
            {
                throw new UnreadableFileException(path, $"it has version {version}, written by a newer HomeCloud; this one reads up to {known}. Install the newer one again, or move the file away");
            }

            return document.RootElement.Deserialize(layout);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new UnreadableFileException(path, $"it is damaged ({exception.Message.TrimEnd('.')}). Restore it from a backup, or move it away to start empty");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new UnreadableFileException(path, $"{exception.Message.TrimEnd('.')}. Give it to the program's user (chown), or move it away to start empty");
        }
    }
}

/// <summary>A file of ours is there and cannot be used; the message says which, why, and what to do.</summary>
internal sealed class UnreadableFileException(string path, string reason) : Exception($"{path} cannot be used and is not overwritten: {reason}.");
