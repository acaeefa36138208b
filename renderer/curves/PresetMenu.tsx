import { ChevronDown } from "lucide-react";
import type { CurveValue } from "../../shared/curves/curveValue.ts";
import type { CurveParam } from "../../shared/node/params.ts";
import { Button } from "../ui/Button.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { curvePresets } from "./presets.ts";

interface PresetMenuProps {
  readonly param: CurveParam;
  /** The constant that a chosen schedule stands for. */
  readonly weight: number;
  readonly onChoose: (value: CurveValue) => void;
}

/** The published schedules. */
export function PresetMenu({ param, weight, onChoose }: PresetMenuProps) {
  const trigger = (
    <Button kind="ghost" small>
      Presets
      <ChevronDown size={12} strokeWidth={2.1} aria-hidden />
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      {curvePresets(param, weight).map(({ id, label, about, value }) => (
        <MenuItem key={id} label={label} about={about} onSelect={() => onChoose(value)} />
      ))}
    </Menu>
  );
}
