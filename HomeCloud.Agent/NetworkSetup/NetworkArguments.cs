using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.NetworkSetup;

internal static class NetworkArguments
{
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(IReadOnlyList<string> arguments, NetworkRequest request)
    {
        if (arguments is not ["create", ..])
            return $"the only command is 'network create'.\n{NetworkCommand.Usage}";
        for (var i = 1; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (name is "--yes" or "-y")
                request.Yes = true;
            else if (name is "--dry-run")
                request.DryRun = true;
            else if (name is "--json")
                request.Json = true;
            else if (i + 1 >= arguments.Count)
                return $"{name} is unknown or has no value.\n{NetworkCommand.Usage}";
            else if (Apply(name, arguments[++i], request) is { } problem)
                return problem;
        }

        return null;
    }

    private static string? Apply(string name, string value, NetworkRequest request)
    {
        switch (name)
        {
            case "--name":
                request.Name = value;
                return null;
            case "--parent":
                request.Parent = value;
                return null;
            case "--env-file":
                request.EnvironmentFile = value;
                return null;
            case "--range":
                request.Range = AddressText.TryParseNetwork(value, out var range) ? range : null;
                return request.Range is null ? $"--range '{value}' is not a valid network (example: 192.168.1.64/27)." : null;
            case "--dns":
                request.Dns = AddressText.TryParse(value, out var dns) ? dns : null;
                return request.Dns is null ? $"--dns '{value}' is not a valid address{AddressText.Advice(value)} (example: 192.168.1.53)." : null;
            default:
                return $"{name} is not an option of network create.\n{NetworkCommand.Usage}";
        }
    }
}
