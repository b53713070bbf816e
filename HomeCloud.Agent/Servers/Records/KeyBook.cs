using System.Text;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>The public keys put into every ssh box: an authorized_keys file that may be edited by hand too.</summary>
public sealed class KeyBook(string path)
{
    private readonly Lock _lock = new();

    public IReadOnlyList<string> All()
    {
        lock (_lock)
            return [.. Lines().Select(l => l.Trim()).Where(SshKey.IsValid)];
    }

    /// <returns>A problem with the key, or null. A key that is there already is no problem.</returns>
    public ServerProblem? Add(string? key)
    {
        var line = key?.Trim() ?? "";
        if (!SshKey.IsValid(line))
            return new ServerProblem(ProblemCode.InvalidKey, "That is not a valid public SSH key.", "Paste the line of ~/.ssh/id_ed25519.pub.");

        lock (_lock)
        {
            if (!All().Any(k => SshKey.Identity(k) == SshKey.Identity(line)))
                Write([.. Lines(), line]);
        }

        return null;
    }

    public bool Remove(string identity)
    {
        lock (_lock)
        {
            var all = Lines();
            var left = all.Where(l => !SshKey.IsValid(l.Trim()) || SshKey.Identity(l.Trim()) != identity).ToList();
            if (left.Count == all.Length)
                return false;

            Write(left);
            return true;
        }
    }

    // Comments and what else a person wrote stay as they are.
    private string[] Lines() => File.Exists(path) ? File.ReadAllLines(path) : [];

    private void Write(IReadOnlyList<string> lines) =>
        DurableFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))), secret: true);
}
