using System.Globalization;

namespace HomeCloud.Dns.Blocking.Groups;

/// <summary>Hours of a week: <c>20-18</c> (over midnight), <c>7:30-21</c>, <c>mon-fri/8-18</c>, <c>sat+sun/0-24</c>. By the clock on the wall, so a change of summer time moves nothing.</summary>
internal sealed class BlockHours
{
    private const int MinutesOfDay = 24 * 60;
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly bool[] _days;
    private readonly int _from;
    private readonly int _to;

    private BlockHours(bool[] days, int from, int to) => (_days, _from, _to) = (days, from, to);

    /// <param name="text">As an option has it.</param>
    /// <param name="hours">Null when the text is none.</param>
    public static bool TryParse(string text, out BlockHours? hours)
    {
        hours = null;
        var days = new bool[Days.Length];
        var parts = text.ToLowerInvariant().Split('/');
        if (parts.Length > 2 || parts[^1].Split('-') is not [var begin, var end] || !TryReadTime(begin, out var from) || !TryReadTime(end, out var to) || from == to || from == MinutesOfDay)
            return false;
        if (parts.Length == 1)
            Array.Fill(days, true);
        else if (!parts[0].Split('+').All(part => TryAddDays(part, days)))
            return false;
        hours = new BlockHours(days, from, to);
        return true;
    }

    /// <param name="local">The time on the wall.</param>
    public bool Include(DateTime local)
    {
        var minute = (int)local.TimeOfDay.TotalMinutes;
        var day = (int)local.DayOfWeek;
        if (_from < _to)
            return _days[day] && minute >= _from && minute < _to;

        // Over midnight: the day is the one on which they begin.
        return (_days[day] && minute >= _from) || (_days[(day + Days.Length - 1) % Days.Length] && minute < _to);
    }

    private static bool TryAddDays(string part, bool[] days)
    {
        var ends = part.Split('-').Select(day => Array.IndexOf(Days, day)).ToArray();
        if (ends.Length > 2 || ends.Contains(-1))
            return false;
        for (var day = ends[0]; ; day = (day + 1) % Days.Length)
        {
            days[day] = true;
            if (day == ends[^1])
                return true;
        }
    }

    private static bool TryReadTime(string text, out int minutes)
    {
        var parts = text.Split(':');
        var (hour, minute) = (0, 0);
        var isTime = parts.Length <= 2 && parts[0].Length is 1 or 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out hour)
            && (parts.Length == 1 || (parts[1].Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out minute)));
        minutes = (hour * 60) + minute;
        return isTime && minute < 60 && minutes <= MinutesOfDay;
    }
}
