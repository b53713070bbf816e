namespace HomeCloud.Dns.HostsFile;

/// <summary>Each message names the option, the value and the fix.</summary>
public static class HostsFileOptionsValidator
{
    public static IEnumerable<string> Validate(HostsFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var path in options.Paths)
        {
            if (Problem(path) is { } problem)
                yield return $"--hosts-file '{path}' {problem}";
        }

        if (options.Ttl is < 0 or > 86_400)
            yield return $"--hosts-ttl {options.Ttl} is out of range: choose 0 to 86400 seconds";
    }

    private static string? Problem(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "does not exist: create it (lines of ADDRESS NAME…), or correct the path";
        }
        catch (UnauthorizedAccessException)
        {
            return Directory.Exists(path)
                ? "is a directory: set a file in the format of /etc/hosts"
                : $"cannot be read by user '{Environment.UserName}': make it readable (chmod a+r), or run as a user that can read it";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            return $"cannot be read: {exception.Message}";
        }
    }
}
