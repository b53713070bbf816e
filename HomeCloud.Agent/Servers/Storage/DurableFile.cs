using System.Text.Json;

namespace HomeCloud.Agent.Servers.Storage;

/// <summary>Small files that are either as before or as after, whenever the power goes.</summary>
internal static class DurableFile
{
    /// <param name="path">Its folder is made when missing.</param>
    /// <param name="content">All of the file.</param>
    /// <param name="secret">Readable by its owner only.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool secret = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = secret
                ? UnixFileMode.UserRead | UnixFileMode.UserWrite
                : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads JSON; a file that is not readable as such is moved to <paramref name="setAside"/> and counts as missing.</summary>
    public static T? Read<T>(string path, out string? setAside)
        where T : class
    {
        setAside = null;
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), StorageJson.Options);
        }
        catch (JsonException)
        {
            setAside = $"{path}.unreadable";
            File.Move(path, setAside, overwrite: true);
            return null;
        }
    }
}
