import { Check, MemoryStick } from "lucide-react";
import { MenuItem, SubMenu } from "../../ui/Menu.tsx";

/** Gigabytes to choose from. */
const sizes = [2, 4, 6, 8, 12, 16, 24, 32, 64];

interface MemoryMenuProps {
  /** In GB; null = what the machine has free. */
  readonly chosen: number | null;
  readonly onChoose: (memoryGb: number | null) => void;
}

/** How much memory networks may take. */
export function MemoryMenu({ chosen, onChoose }: MemoryMenuProps) {
  return (
    <SubMenu
      icon={MemoryStick}
      label={chosen === null ? "Memory: what is free" : `Memory: ${chosen} GB`}
      disabled={false}
    >
      <MenuItem
        icon={chosen === null ? Check : undefined}
        label="What is free"
        about="Networks are released when there is no more"
        onSelect={() => onChoose(null)}
      />
      {sizes.map((size) => (
        <MenuItem
          key={size}
          icon={size === chosen ? Check : undefined}
          label={`${size} GB`}
          onSelect={() => onChoose(size)}
        />
      ))}
    </SubMenu>
  );
}
