# sh local/until_interrupted.sh COMMAND...: runs it so that Ctrl-C ends it without a word from its interpreter.
#
# A program in the background of a shell does not hear Ctrl-C before it asks to, so that a Python that is still starting
# prints no traceback. It is told by SIGTERM, which ends it at once until it handles that. Where Ctrl-C was pressed the
# status is 0: make ends by the signal itself, and its line about a failure would be a second one.
program=
interrupted=
end() { [ -z "$program" ] || kill -TERM "$program" 2>/dev/null; }
trap 'interrupted=1; end' INT
trap end TERM HUP
# What runs in the background would read nothing; a deployment asks.
exec 3<&0
"$@" <&3 3<&- &
program=$!
[ -z "$interrupted" ] || end
wait $program 2>/dev/null
status=$?
# A signal ends `wait` before the program has ended.
while kill -0 $program 2>/dev/null; do
    wait $program 2>/dev/null
    status=$?
done
[ -n "$interrupted" ] || exit $status
[ $status -ne 143 ] || printf '\nstopped\n'
# make 4.3 stumbles over a recipe that is gone before it has taken note of Ctrl-C itself.
sleep 0.2
exit 0
