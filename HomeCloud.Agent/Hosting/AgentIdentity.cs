using System.Security.Cryptography;
using System.Text;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Files;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Hosting;

/// <summary>
/// Who this agent is when nobody said: the host's name at the first start, and that same name ever after. A machine
/// renamed, or a container made anew, must not leave its old self's names behind.
/// </summary>
internal static class AgentIdentity
{
    private const string FileName = "agent-id";
    private const int RandomBytes = 4;

    public static string Recall(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            if (File.Exists(path))
            {
                var known = File.ReadAllText(path).Trim();
                if (NameRules.CheckOwner(known) is null)
                    return known;
                if (known.Length > 0)
                    AtomicFile.SetAside(path, "unreadable", TimeProvider.System);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another name would leave this agent's old names behind as a dead one's.
            throw new UnreadableFileException(path, $"{exception.Message.TrimEnd('.')}. Give it to the program's user (chown)");
        }

        var identity = FromHostName(Environment.MachineName);
        try
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(identity + "\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The registry complains about a directory that cannot be written; without one the name is made anew each time.
        }

        return identity;
    }

    /// <summary>Fit to be an owner; never the name that every unconfigured machine has.</summary>
    internal static string FromHostName(string hostName)
    {
        var fit = new string([.. hostName.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.').Take(NameRules.MaxOwnerLength)]).Trim('-', '.');
        return fit is "" or "localhost" or WellKnownOwners.Static
            ? $"agent-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}"
            : fit;
    }
}
