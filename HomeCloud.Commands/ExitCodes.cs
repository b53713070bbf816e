namespace HomeCloud.Commands;

/// <summary>Exit codes of every program of HomeCloud; scripts may rely on them (docs/cli.md).</summary>
public static class ExitCodes
{
    public const int Success = 0;

    public const int Failure = 1;

    /// <summary>The command line itself is wrong, or the value of an option.</summary>
    public const int Usage = 2;

    /// <summary>No such server, name, image or template.</summary>
    public const int NotFound = 3;

    /// <summary>Taken, busy, or no room: the name, the address, the disk.</summary>
    public const int Conflict = 4;

    /// <summary>Not allowed: a token is missing, or an option of the agent forbids it.</summary>
    public const int Refused = 5;

    /// <summary>The agent, the engine or the registry cannot be reached.</summary>
    public const int Away = 6;

    /// <summary>Made, but not ready in time.</summary>
    public const int NotReady = 7;

    /// <summary>Ended by Ctrl-C, as shells report it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>From the API's HTTP status.</summary>
    public static int From(int status) => status switch
    {
        400 => Usage,
        401 or 403 => Refused,
        404 => NotFound,
        409 or 507 => Conflict,
        503 => Away,
        _ => Failure,
    };
}
