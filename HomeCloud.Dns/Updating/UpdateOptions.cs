using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Updating.UpdateOptions>;

namespace HomeCloud.Dns.Updating;

/// <summary>Dynamic updates, RFC 2136.</summary>
public sealed class UpdateOptions
{
    /// <summary><c>--update-keys</c>: empty: no updates.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Null: no updates.</summary>
    internal UpdateKeys? Keys { get; private set; }

    public bool IsOn => KeyFile.Length > 0;

    public static OptionRow<UpdateOptions>[] Rows =>
    [
        Text("update-keys", "FILE", "TSIG keys that may update records by RFC 2136 (nsupdate, certbot), as tsig-keygen writes them: TXT at _acme-challenge names, or what update-policy in the file grants. Default: no updates.", (o, v) => o.KeyFile = v),
    ];

    /// <summary>Reads the file.</summary>
    /// <returns>What is wrong, one line; empty when all is well.</returns>
    public IEnumerable<string> Validate()
    {
        if (!IsOn)
            return [];
        try
        {
            if (KeyFileReader.TryRead(Read(KeyFile), out var keys) is { } problem)
                return [$"--update-keys '{KeyFile}' {problem}"];
            Keys = keys;
            return [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [$"--update-keys '{KeyFile}' does not exist: create it (tsig-keygen certbot >{KeyFile}), or correct the path"];
        }
        catch (UnauthorizedAccessException)
        {
            return [$"--update-keys '{KeyFile}' cannot be read by user '{Environment.UserName}': give it to that user (chown), and set a file"];
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            return [$"--update-keys '{KeyFile}' cannot be read: {exception.Message}"];
        }
    }

    /// <summary>What a person should know although it is not wrong.</summary>
    internal IEnumerable<string> Warnings()
    {
        if (IsOn && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(KeyFile) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            yield return $"--update-keys {KeyFile} holds secrets, and every user can read or write it: chmod 600 {KeyFile}";
    }

    private static string Read(string path)
    {
        using var file = File.OpenRead(path);
        var octets = new byte[KeyFileReader.MaxOctets];
        var length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
        return length < octets.Length ? System.Text.Encoding.UTF8.GetString(octets, 0, length) : throw new IOException("it is too long for a file of keys");
    }
}
